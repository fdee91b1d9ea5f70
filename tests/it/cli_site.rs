//! `vitrine serve` and `vitrine admin`, as those use them who run a site.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tests::{Client, Must};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::cli_program::{Program, whole_at};

/// Starts a site in the program's folder `data`. Gives its address.
async fn serve(vitrine: &Program) -> (Child, BufReader<ChildStdout>, String) {
    serve_at(vitrine, "127.0.0.1:0").await
}

async fn serve_at(vitrine: &Program, listen: &str) -> (Child, BufReader<ChildStdout>, String) {
    let arguments = ["serve", "--listen", listen, "--data", "data"];
    let mut command = vitrine.command(&arguments);
    let mut site = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().must("starting the site");
    let mut said = BufReader::new(site.stdout.take().must("a pipe"));
    let mut line = String::new();
    tokio::time::timeout(Duration::from_mins(1), said.read_line(&mut line))
        .await
        .must("waiting")
        .must("reading");
    let address = line.trim_end().strip_prefix("Vitrine is at ").must(&line).to_owned();
    (site, said, address)
}

/// Asks a site to stop. Gives its exit code.
async fn stop(site: &mut Child) -> Option<i32> {
    let process = site.id().must("a running site").to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().await.must("running kill").success());
    tokio::time::timeout(Duration::from_mins(1), site.wait()).await.must("waiting").must("its end").code()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_says_one_line_answers_and_ends_well() {
    let vitrine = Program::alone();
    let (mut site, mut said, address) = serve(&vitrine).await;

    let host = address.strip_prefix("http://").must("an address");
    let health = Client::new(host, None).get("/healthz").await;
    let code = stop(&mut site).await;

    let mut more = String::new();
    said.read_to_string(&mut more).await.unwrap();
    assert_eq!((health.code, code, more.as_str()), (200, Some(0), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_tokens_are_made_while_the_site_runs() {
    let vitrine = Program::alone();
    let (mut site, _said, address) = serve(&vitrine).await;

    let _made = vitrine.run("admin user alice --data data").await.with(0);
    let token = vitrine.run("admin token alice --data data").await.with(0).said;
    let _made = vitrine.run("admin organisation acme --owner alice --data data").await.with(0);
    vitrine.write("notes/a.txt", "one");
    let mut push = vitrine.command(&["push", "notes", "acme/notes", "--server", &address]);
    let pushed = push.env("VITRINE_TOKEN", token.trim()).output().await.unwrap();
    let checked = vitrine.run("admin check --deep --data data").await.with(0);
    let swept = vitrine.run("admin gc --data data").await.with(0);

    assert!(token.starts_with("hf_") && token.trim_end().len() == 43, "a token alone: {}", token.len());
    assert_eq!(pushed.status.code(), Some(0), "{}", String::from_utf8_lossy(&pushed.stderr));
    assert_eq!(checked.said, "All is well\n");
    assert!(swept.said.starts_with("Removed 0 objects"), "{}", swept.said);
    assert_eq!(stop(&mut site).await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_before_the_first_start_and_name_the_record_book_for_ever() {
    use std::os::unix::fs::PermissionsExt as _;
    let vitrine = Program::alone();

    let nameless = vitrine.run("log init --data data").await;
    let made = vitrine.run("log init --origin book.example/log --data data").await.with(0).said;
    let again = vitrine.run("log init --origin book.example/log --data data").await.with(0).said;
    let renamed = vitrine.run("log init --origin other.example/log --data data").await;
    let (mut site, _said, address) = serve(&vitrine).await;
    let client = Client::new(address.strip_prefix("http://").must("an address"), None);
    let key = client.get("/log/vkey").await.status(200).text();
    let pem = client.get("/keys/registry.pem").await.status(200).text();

    assert_eq!(made, again);
    assert_eq!(made, format!("{key}{pem}"));
    assert!(made.starts_with("book.example/log+"), "{made}");
    assert!(nameless.remarked.contains("--origin"), "{nameless:?}");
    assert!(renamed.remarked.contains("`book.example/log` for ever"), "{renamed:?}");
    for file in ["log.key", "registry.pem"] {
        let rights = std::fs::metadata(vitrine.path(&format!("data/keys/{file}"))).must(file).permissions();
        assert_eq!(rights.mode() & 0o777, 0o600, "{file}");
    }
    assert_eq!(stop(&mut site).await, Some(0));
}

/// Size of the largest file below a folder, in bytes.
fn largest(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().collect()).unwrap_or_default();
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => largest(&entry.path()),
        Ok(about) => about.len(),
        // It was moved or removed while we looked.
        Err(_gone) => 0,
    };
    Vec::into_iter(entries).map(size).max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_survives_a_site_that_is_killed_in_the_middle() {
    let vitrine = Program::alone();
    let (mut site, _said, address) = serve(&vitrine).await;
    let _made = vitrine.run("admin user alice --data data").await.with(0);
    let token = vitrine.run("admin token alice --data data").await.with(0).said;
    vitrine.write("big/README.md", "---\nlicense: mit\n---\n");
    vitrine.write("big/model.bin", vec![7; 96 << 20]);
    let mut push = vitrine.command(&["push", "big", "alice/big", "--release", "1.0.0", "--server", &address]);
    let push = push.env("VITRINE_TOKEN", token.trim()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let push = push.spawn().unwrap();

    let blobs = vitrine.path("data/blobs");
    let under_way = async {
        while largest(&blobs) < 1 << 20 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), under_way).await.unwrap();
    site.kill().await.unwrap();
    let (mut site, _said, _address) = serve_at(&vitrine, address.trim_start_matches("http://")).await;
    let pushed = push.wait_with_output().await.unwrap();

    assert_eq!(pushed.status.code(), Some(0), "{}", String::from_utf8_lossy(&pushed.stderr));
    let _good = vitrine.run(&format!("pull alice/big copy --server {address}")).await.with(0);
    let whole = whole_at(&Client::new(address.strip_prefix("http://").must("an address"), None)).await;
    let _good = vitrine.run(&format!("verify copy --server {address}")).await.with(whole);
    assert_eq!(vitrine.run("admin check --deep --data data").await.with(0).said, "All is well\n");
    assert_eq!(stop(&mut site).await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_data_is_told() {
    let vitrine = Program::alone();
    let (mut site, _said, address) = serve(&vitrine).await;
    let _made = vitrine.run("admin user alice --data data").await.with(0);
    let token = vitrine.run("admin token alice --data data").await.with(0).said;
    vitrine.write("notes/a.txt", "one");
    let mut push = vitrine.command(&["push", "notes", "alice/notes", "--server", &address]);
    assert!(push.env("VITRINE_TOKEN", token.trim()).output().await.unwrap().status.success());
    assert_eq!(stop(&mut site).await, Some(0));

    std::fs::remove_dir_all(vitrine.path("data/blobs")).unwrap();

    let checked = vitrine.run("admin check --data data").await.with(1);
    assert!(!checked.said.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_for_admins_say_what_cannot_be() {
    let vitrine = Program::alone();
    let _made = vitrine.run("admin user alice --data data").await.with(0);

    let twice = vitrine.run("admin user Alice --data data").await.with(1);
    let nobody = vitrine.run("admin token bob --data data").await.with(1);
    let ownerless = vitrine.run("admin organisation acme --owner bob --data data").await.with(1);
    let nowhere = vitrine.run("admin check --data nowhere").await.with(1);
    let wrong = vitrine.run("admin token alice --scope everything --data data").await.with(2);

    assert!(twice.remarked.contains("taken"), "{}", twice.remarked);
    assert!(nobody.remarked.contains("bob") && nobody.said.is_empty(), "{}", nobody.remarked);
    assert!(ownerless.remarked.contains("bob"), "{}", ownerless.remarked);
    assert!(nowhere.remarked.contains("`nowhere`") && !vitrine.path("nowhere").exists());
    assert!(wrong.remarked.contains("everything"), "{}", wrong.remarked);
}
