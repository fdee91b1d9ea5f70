//! The commands that need no server: `formula`, `score`, `card init`, `card check`, `card preview`, `openapi`.

use serde_json::{Value, json};
use tests::{RankingRelease, workspace};

use crate::cli_program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_becomes_a_model_that_scores_as_published() {
    let vitrine = Program::alone();
    vitrine.write(
        "f.yaml",
        "id: gravity\ninputs: [points, hours]\nformula: [\"score = points / pow(hours + 2, 1.5)\"]\n",
    );
    vitrine.write("rows.csv", "name,hours,points\na,2,16\nb,7,27\n");

    let compiled = vitrine.run("formula f.yaml -o m.onnx").await.with(0);
    let plain = vitrine.run("score m.onnx --rows rows.csv").await.with(0);
    let answer = vitrine.run("score m.onnx --rows rows.csv --json").await.with(0).json();

    assert!(compiled.said.contains("gravity(points, hours), sha256:"), "{}", compiled.said);
    assert_eq!(plain.said, "2\n1\n");
    assert_eq!(answer, json!({"outcome": "ok", "output": "score", "scores": [2.0, 1.0]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_that_must_not_run_end_in_their_outcome() {
    let vitrine = Program::alone();
    vitrine.write("rows.csv", "a,b,c,d,e,f,g,h\n1,2,3,4,5,6,7,8\n");
    for (model, outcomes) in [
        ("garbage.onnx", &["refused_static"][..]),
        ("extdata_dotdot.onnx", &["refused_static"]),
        ("loop_forever.onnx", &["limit_cpu", "limit_wall", "refused_static"]),
    ] {
        let model = workspace::path(&format!("tests/data/bad-inputs/onnx/{model}"));

        let ended = vitrine.run(&format!("score {} --rows rows.csv --json", model.display())).await.with(1);

        let outcome = ended.json().get("outcome").unwrap().as_str().unwrap().to_owned();
        assert!(outcomes.contains(&outcome.as_str()), "{}: {}", model.display(), ended.said);
        assert!(!ended.json().get("reason").unwrap().as_str().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_do_not_fit_are_told_with_their_line() {
    let vitrine = Program::alone();
    let model = workspace::path("tests/data/rank/tiny/leq_sum/model.onnx");
    vitrine.write("rows.csv", "x0,x1,x2,x3,x4,x5\n1,2,3,4,5,6\n1,2,3,four,5,6\n");
    vitrine.write("few.csv", "x0\n1\n");

    let words = vitrine.run(&format!("score {} --rows rows.csv", model.display())).await.with(1);
    let few = vitrine.run(&format!("score {} --rows few.csv --json", model.display())).await.with(1);

    assert!(words.remarked.contains("rows.csv:3 x3"), "{}", words.remarked);
    assert_eq!(few.json().get("outcome").unwrap(), "runtime_error");
    assert_eq!(few.json().get("scores"), Some(&Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_asks_for_every_input_and_is_refused_until_it_is_answered() {
    let vitrine = Program::alone();
    let release = RankingRelease::small();
    vitrine.write_release("small", &release);

    let draft = vitrine.run("card init small/model.onnx").await.with(0);
    vitrine.write("small/system-card.yaml", &draft.said);
    let unanswered = vitrine.run("card check small").await.with(1);
    vitrine.write_release("small", &release);
    let answered = vitrine.run("card check small").await.with(0);

    assert_eq!(draft.said.matches("- id: \"signal_").count(), 6, "{}", draft.said);
    assert!(unanswered.remarked.contains(" title: "), "{}", unanswered.remarked);
    assert!(!unanswered.remarked.contains("nknown"), "{}", unanswered.remarked);
    assert!(answered.said.contains("model.onnx with 6 signals, 4 lists, 20 items"), "{}", answered.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_measures_what_a_release_would() {
    let vitrine = Program::alone();
    vitrine.write_release("small", &RankingRelease::small());

    let preview = vitrine.run("card preview small --name engineer/small").await.with(0);

    let card = preview.json();
    assert_eq!(card.get("schema").unwrap(), "vitrine/card/1");
    assert_eq!(card.pointer("/release/repository/name").unwrap(), "engineer/small");
    assert_eq!(card.get("signals").unwrap().as_array().unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_is_printed() {
    let printed = Program::alone().run("openapi").await.with(0).json();

    assert!(printed.get("openapi").unwrap().as_str().unwrap().starts_with("3.1"));
    assert!(printed.pointer("/paths/~1api~1v1~1releases/post").is_some());
}
