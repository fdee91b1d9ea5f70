//! The public ranking systems that we ship cards for: words, lists and the model compiled from the published formula.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use onnx::formula::{Formula, compile, evaluate, read_yaml};

use super::{Bundle, ReleaseFiles, check};
use crate::Fault;

const COLLECTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../collection");
const CATALOGUE: &str = include_str!("../../../../collection/catalogue.yaml");
const REBUILT: [&str; 6] = [
    "hacker-news-front-page",
    "india-nirf",
    "lemmy-hot",
    "mastodon-trending-posts",
    "reddit-hot",
    "x-for-you-2026",
];

struct Folder {
    id: &'static str,
    model: Vec<u8>,
}

impl ReleaseFiles for Folder {
    fn paths(&self) -> Vec<String> {
        ["README.md", "model.onnx", "reference.csv", "system-card.yaml"].map(str::to_owned).to_vec()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "model.onnx" {
            Ok(self.model.clone())
        } else {
            fs::read(Path::new(COLLECTION).join(self.id).join(path))
        }
    }
}

fn formula(id: &str) -> Formula {
    read_yaml(CATALOGUE, Some(id)).unwrap()
}

fn bundle(id: &'static str) -> Bundle {
    let model = compile(&formula(id)).unwrap();
    check(&Folder { id, model }).unwrap_or_else(|faults| {
        panic!("{id}:\n{}", faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))
    })
}

#[test]
fn every_system_of_the_collection_is_sound() {
    for id in REBUILT {
        let bundle = bundle(id);

        assert_eq!(bundle.card.slug.as_ref().map(domain::Slug::as_str), Some(id));
        assert_eq!((bundle.lists.len(), bundle.table.rows()), (24, 480), "{id}");
        assert!(bundle.card.lists.made_up, "{id}");
        assert_ne!(bundle.card.author.map(|author| author.name), Some(bundle.card.operator.name), "{id}");
    }
}

#[test]
fn made_up_lists_have_an_order_to_talk_about() {
    for id in REBUILT {
        let (bundle, formula) = (bundle(id), formula(id));
        for range in bundle.lists.bounds() {
            let rows = range.clone().filter_map(|row| bundle.lists.rows().row(row));
            let scores: BTreeSet<String> =
                rows.map(|row| format!("{:.9e}", evaluate(&formula, row).unwrap())).collect();
            assert!(scores.len() >= 10, "{id}: {} different scores", scores.len());
        }
    }
}

#[test]
fn every_signal_varies_in_the_lists() {
    for id in REBUILT {
        let bundle = bundle(id);
        for signal in &bundle.card.signals {
            let values: BTreeSet<u64> =
                bundle.table.numbers(&signal.column).unwrap().iter().map(|value| value.to_bits()).collect();
            assert!(values.len() > 1, "{id}: {}", signal.id);
        }
    }
}
