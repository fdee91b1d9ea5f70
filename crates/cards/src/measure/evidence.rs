//! What the numbers of a card rest on.

use domain::{Digest, Slug, canonical};
use explain::places::TIE_TOLERANCE;

use super::context::Context;
use super::plan::SEED;
use super::resolution;
use super::{GenerateError, Request};
use crate::CARD_FILE;
use crate::card::{
    Background, Draws, Evidence, File, Methods, ModelFacts, OpsetFact, Parity, Replay, RuntimeFacts,
};

/// Writes down the files, the draws and the methods.
pub(super) fn write(
    request: &Request<'_>,
    context: &Context<'_>,
    runtime: RuntimeFacts,
    slug: &Slug,
    golden: Option<Parity>,
) -> Result<Evidence, GenerateError> {
    let bundle = request.bundle;
    Ok(Evidence {
        model: file(request, &bundle.model_file)?,
        dataset: file(request, &bundle.lists_file)?,
        card_source: file(request, CARD_FILE)?,
        model_facts: model_facts(&bundle.model),
        model_form: None,
        runtime,
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        seed: SEED.to_string(),
        background: background(context)?,
        draws: draws(context),
        tie_tolerance: TIE_TOLERANCE,
        golden,
        resolution: Some(resolution::measure(context)),
        quality: None,
        methods: methods(),
        replay: Replay {
            command: [
                "vitrine".to_owned(),
                "replay".to_owned(),
                format!("/cards/{slug}/v/{}", request.version),
            ]
            .into(),
        },
    })
}

/// A file of the release.
pub(super) fn file(request: &Request<'_>, path: &str) -> Result<File, GenerateError> {
    let listed =
        request.release.file(path).ok_or_else(|| GenerateError::NotListed { path: path.to_owned() })?;
    Ok(File { path: listed.path.clone(), sha256: listed.sha256.hex(), bytes: listed.size })
}

fn model_facts(model: &onnx::Model) -> ModelFacts {
    let opset = |(domain, version): &(String, i64)| OpsetFact { domain: domain.clone(), version: *version };
    ModelFacts {
        ir_version: model.ir_version,
        opsets: model.opsets.iter().map(opset).collect(),
        operators: model.operators.clone(),
        nodes: model.nodes as u64,
        parameters: model.parameters,
        producer: model.producer.clone(),
    }
}

fn background(context: &Context<'_>) -> Result<Background, GenerateError> {
    let rows: Vec<&[f64]> = context.background.iter_rows().collect();
    let bytes = canonical::to_vec(&rows)?;
    Ok(Background { rows: rows.len() as u64, sha256: Digest::of(&bytes).hex() })
}

fn draws(context: &Context<'_>) -> Draws {
    let plan = &context.plan;
    let sizes = context.bundle.lists.sizes();
    let items: usize = plan.lists.iter().filter_map(|list| sizes.get(*list)).sum();
    let made_up = context.source.lists.made_up;
    Draws {
        lists: plan.lists.len() as u64,
        items: items as u64,
        importance: plan.draws as u64,
        other_lists: if made_up { plan.other_draws as u64 } else { 0 },
        other_lists_signals: if made_up { plan.other_signals as u64 } else { 0 },
        bootstrap: plan.bootstrap as u64,
        direction_items: plan.direction_items.min(items) as u64,
    }
}

fn methods() -> Methods {
    Methods {
        importance: "blind-signal-within-list/1".to_owned(),
        interval: "bootstrap-over-lists-percentile-widened/1".to_owned(),
        direction: "decile-sweep/1".to_owned(),
        pairs: "shapley-pair/1".to_owned(),
        other_lists: ["independent-ranges/1".to_owned(), "mixed-rows/1".to_owned()].into(),
    }
}
