//! Pages as a browser and a screen reader see them.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use super::{Rendered, pages, stored_card};
use crate::pages::card::CardPage;
use crate::pages::frame::Frame;

/// Elements that have no end tag.
const VOID: &[&str] = &["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"];

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn each(check: impl Fn(&Rendered, &Html)) {
    let pages = pages();
    assert!(pages.len() > 20, "only {} samples", pages.len());
    for page in &pages {
        check(page, &Html::parse_document(&page.html));
    }
}

#[test]
fn every_page_says_all_its_messages() {
    each(|page, _| {
        let gap = page.html.find(['⟦', '⟧']).map(|at| page.html[at..].chars().take(80).collect::<String>());
        assert_eq!(gap, None, "{}", page.name);
    });
}

#[test]
fn every_tag_that_opens_closes_in_order() {
    each(|page, _| {
        let mut open: Vec<&str> = Vec::new();
        for tag in page.html.split('<').skip(1) {
            let inside = tag.split('>').next().unwrap();
            let name = inside.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
            if inside.starts_with('!') || VOID.contains(&name) || inside.ends_with('/') {
                continue;
            }
            if inside.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "in {}", page.name);
            } else {
                open.push(name);
            }
        }
        assert_eq!(open, [""; 0], "in {}", page.name);
    });
}

#[test]
fn headings_form_an_outline() {
    each(|page, dom| {
        let levels: Vec<u8> = dom
            .select(&selector("h1, h2, h3, h4, h5, h6"))
            .map(|heading| heading.value().name().as_bytes()[1] - b'0')
            .collect();
        assert_eq!(levels.first(), Some(&1), "{}: {levels:?}", page.name);
        assert!(!levels.iter().skip(1).any(|level| *level == 1), "{}: {levels:?}", page.name);
        let steps = levels.iter().zip(levels.iter().skip(1));
        assert!(steps.clone().all(|(one, next)| *next <= one + 1), "{}: {levels:?}", page.name);
        for heading in dom.select(&selector("h1, h2, h3, h4, h5, h6")) {
            assert!(!words(heading).is_empty(), "an empty heading in {}", page.name);
        }
    });
}

#[test]
fn ids_are_unique_and_inner_links_lead_somewhere() {
    each(|page, dom| {
        let all: Vec<&str> =
            dom.select(&selector("[id]")).map(|element| element.attr("id").unwrap()).collect();
        let ids: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(ids.len(), all.len(), "an id stands twice in {}: {all:?}", page.name);
        for link in dom.select(&selector("a[href^='#']")) {
            let target = link.attr("href").unwrap().trim_start_matches('#');
            assert!(ids.contains(target), "{}: nothing has the id `{target}`", page.name);
        }
        for labelled in dom.select(&selector("[aria-labelledby]")) {
            let target = labelled.attr("aria-labelledby").unwrap();
            assert!(ids.contains(target), "{}: nothing has the id `{target}`", page.name);
        }
    });
}

#[test]
fn a_page_has_no_style_or_script_of_its_own() {
    each(|page, dom| {
        assert_eq!(dom.select(&selector("style, iframe, object, embed")).count(), 0, "{}", page.name);
        for script in dom.select(&selector("script")) {
            let address = script.attr("src").unwrap();
            let ours =
                [("trial ", "try"), ("release ", "check"), ("card ", "check")].iter().any(|(name, file)| {
                    page.name.starts_with(name) && address.starts_with(&format!("/static/{file}.js?v="))
                });
            assert!(ours && words(script).is_empty(), "{address} in {}", page.name);
        }
        for element in dom.tree.values().filter_map(scraper::Node::as_element) {
            for (name, value) in element.attrs() {
                assert!(name != "style" && !name.starts_with("on"), "{name} in {}", page.name);
                assert!(!value.to_lowercase().contains("javascript:"), "{value} in {}", page.name);
            }
        }
    });
}

#[test]
fn what_a_screen_reader_needs_is_there() {
    each(|page, dom| {
        let html = dom.root_element();
        assert!(html.attr("lang").is_some() && html.attr("dir").is_some(), "{}", page.name);
        for landmark in ["main", "header", "footer", "nav[aria-label]", "a.skip[href='#content']", "title"] {
            assert!(dom.select(&selector(landmark)).next().is_some(), "no {landmark} in {}", page.name);
        }
        for field in dom.select(&selector("input:not([type=hidden]), select")) {
            let label = format!("label[for='{}']", field.attr("id").unwrap());
            assert!(dom.select(&selector(&label)).next().is_some(), "no label in {}", page.name);
        }
        for drawing in dom.select(&selector("svg")) {
            let says = |part: &str| drawing.select(&selector(part)).any(|part| !words(part).is_empty());
            let is_told = drawing.attr("role") == Some("img") && says("title") && says("desc");
            assert!(drawing.attr("aria-hidden") == Some("true") || is_told, "{}", page.name);
        }
        for link in dom.select(&selector("a")) {
            assert!(!words(link).is_empty(), "a link without words in {}: {}", page.name, link.html());
        }
        for picture in dom.select(&selector("img")) {
            assert!(picture.attr("alt").is_some(), "{}", page.name);
        }
    });
}

#[test]
fn what_people_wrote_is_escaped() {
    let all: String = pages().into_iter().map(|page| page.html).collect();

    for hostile in ["<tiny>", "<wrong>", "<files>"] {
        assert!(!all.contains(hostile), "{hostile}");
    }
    assert!(all.contains("&#60;tiny&#62;") && !all.contains("href=\"javascript"));
}

#[test]
fn every_number_of_a_card_names_its_place_in_the_card() {
    for page in pages().iter().filter(|page| page.name.starts_with("card ")) {
        let dom = Html::parse_document(&page.html);
        let main = dom.select(&selector("main")).next().unwrap();
        let mut figures = 0;
        for text in main.descendants().filter(|node| node.value().is_text()) {
            let words = text.value().as_text().unwrap();
            if !words.chars().any(|letter| letter.is_ascii_digit()) {
                continue;
            }
            let named = text
                .ancestors()
                .filter_map(ElementRef::wrap)
                .any(|e| e.attr("data-evidence").is_some() || e.attr("data-live").is_some());
            assert!(named, "`{}` names no place in {}", words.trim(), page.name);
            figures += 1;
        }
        assert!(figures > 40, "only {figures} figures in {}", page.name);
    }
}

#[test]
fn every_named_place_of_a_card_exists() {
    let stored = stored_card(|_| {});
    let card: Value = serde_json::from_slice(&stored.bytes).unwrap();
    let frame = Frame::new(cards::words::Messages::english(), "/");
    let page = CardPage::new(frame.clone(), (&stored, None), super::SITE).unwrap();
    let html = super::rendered("card", &frame, &page).html;

    let dom = Html::parse_document(&html);
    let places: BTreeSet<&str> = dom
        .select(&selector("[data-evidence]"))
        .map(|element| element.attr("data-evidence").unwrap())
        .collect();

    assert!(places.len() > 120, "only {} places", places.len());
    for place in places {
        assert!(card.pointer(place).is_some(), "the card has nothing at `{place}`");
    }
}

#[test]
fn the_first_screen_of_a_card_is_short() {
    let pages = pages();
    let page = pages.iter().find(|page| page.name.starts_with("card (")).unwrap();
    let dom = Html::parse_document(&page.html);
    let first = dom.select(&selector("main > .cols > div")).next().unwrap();

    let count = words(first).split_whitespace().count();

    assert!(count <= 250, "{count} words");
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}
