//! A site as one file, and back again.

use std::path::{Path, PathBuf};

use domain::Digest;
use serde_json::Value;
use tests::{Client, Must, RankingRelease, Site};

/// Where a site says what must come back.
const ADDRESSES: &[&str] = &[
    "/api/v1/repositories/alice/hidden",
    "/api/v1/releases",
    "/api/v1/cards",
    RELEASE,
    "/api/v1/releases/alice/plain/1.0.0",
    "/alice/feed/releases/1.0.0/model.sig",
    "/alice/plain/resolve/v1.0.0/large.bin",
    "/alice/plain/resolve/v1.0.0/empty.txt",
    "/alice/hidden/resolve/main/secret.txt",
    "/cards/small-ranking.json",
    "/log/vkey",
    "/log/checkpoint",
    "/log/tile/0/000.p/4",
];
const RELEASE: &str = "/api/v1/releases/alice/feed/1.0.0";

struct Kept {
    site: Site,
    token: String,
    /// Where it listened when it began, which names its record book.
    began: String,
    file: PathBuf,
}

/// A running site with a card, a large file, a private repository and a withdrawn release; nothing is backed up yet.
async fn filled() -> Kept {
    let mut site = Site::create().await;
    let token = site.person("alice").await;
    site.start().await.must("starting");
    let alice = site.client(Some(&token));
    alice.release("alice/feed", "ranking", &RankingRelease::small().files()).await;
    let large: Vec<u8> = (0_u32..1_000_000).flat_map(u32::to_le_bytes).collect();
    alice.release("alice/plain", "model", &[("large.bin", &large), ("empty.txt", b"")]).await;
    alice.repository("alice/hidden", "model", "private").await;
    alice.put_files("alice/hidden", &[("secret.txt", b"not for all")]).await;
    let why = serde_json::json!({"reason": "it was wrong"});
    let _ = alice.post("/api/v1/releases/alice/plain/1.0.0/withdraw", &why).await.status(200);
    wait_for_card(&alice).await;
    let file = site.folder().join("backup.tar");
    let began = site.address().to_owned();
    Kept { site, token, began, file }
}

async fn wait_for_card(client: &Client) {
    for _ in 0..600 {
        let shown = client.get(RELEASE).await.status(200).json();
        if shown.pointer("/card/status").and_then(Value::as_str) == Some("ready") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no card was made")
}

impl Kept {
    /// What a person is told by a site, address by address, wherever it listens.
    async fn told_by(&self, site: &Site) -> Vec<(String, u16, Digest)> {
        let client = site.client(Some(&self.token));
        let mut told = Vec::new();
        for at in ADDRESSES {
            let answer = client.get(at).await;
            let said = String::from_utf8_lossy(&answer.bytes);
            let said = said.replace(site.address(), "site.example").replace(&self.began, "site.example");
            told.push(((*at).to_owned(), answer.code, Digest::of(said.as_bytes())));
        }
        told
    }

    async fn back_up(&self) -> String {
        self.site.ask(&format!("admin backup {}", self.file.display())).await
    }

    /// Runs a command that must fail, and gives its last remark.
    async fn refusal(site: &Site, line: &str) -> String {
        let output = site.command(line).output().await.must(line);
        assert_eq!(output.status.code(), Some(1), "{line}: {output:?}");
        String::from_utf8(output.stderr).must("UTF-8").trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_backed_up_while_it_runs_and_comes_back_elsewhere() {
    let kept = filled().await;
    let before = kept.told_by(&kept.site).await;
    assert!(before.iter().all(|(_, code, _)| *code == 200), "{before:?}");
    let said = kept.back_up().await;
    assert!(said.contains("and 2 keys") && said.contains("keep it as safe"), "{said}");
    let mut other = Site::create().await;
    let restored = other.ask(&format!("admin restore {}", kept.file.display())).await;
    other.start().await.must("starting from the backup");

    assert_eq!(restored.replace("Restored", "Wrote"), said.lines().next().must("a line"));
    assert_eq!(kept.told_by(&other).await, before);
    assert_eq!(other.ask("admin check --deep").await, "All is well");
    let alice = other.client(Some(&kept.token));
    alice.release("alice/later", "model", &[("a.txt", b"it goes on")]).await;
    for (folder, site) in [("there", &other), ("here", &kept.site)] {
        let log = site.ask(&format!("log audit http://{}", site.address())).await;
        assert!(log.contains("All good"), "{folder}: {log}");
    }
    other.remove().await;
    kept.site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_one_kind_of_database_fits_the_other() {
    let kept = filled().await;
    let before = kept.told_by(&kept.site).await;
    kept.back_up().await;

    // Where the tests have Postgres this goes from Postgres to SQLite; without it, from SQLite to SQLite.
    let mut other = Site::on_sqlite();
    other.ask(&format!("admin restore {}", kept.file.display())).await;
    other.start().await.must("starting from the backup");

    assert_eq!(kept.told_by(&other).await, before);
    // And back.
    let again = other.folder().join("again.tar");
    other.ask(&format!("admin backup {}", again.display())).await;
    let mut third = Site::create().await;
    third.ask(&format!("admin restore {}", again.display())).await;
    third.start().await.must("starting from the second backup");
    assert_eq!(kept.told_by(&third).await, before);
    for site in [other, third, kept.site] {
        site.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_refused_where_it_does_not_belong() {
    let kept = filled().await;
    kept.back_up().await;
    let file = kept.file.display();

    let same = Kept::refusal(&kept.site, &format!("admin restore {file}")).await;
    let twice = Kept::refusal(&kept.site, &format!("admin backup {file}")).await;
    let other = Site::create().await;
    other.ask("log init --origin other.example/log").await;
    let keys = Kept::refusal(&other, &format!("admin restore {file}")).await;

    assert!(same.contains("has a site already") && same.contains("empty database"), "{same}");
    assert!(twice.contains("cannot be written"), "{twice}");
    assert!(keys.contains("another key than the backup"), "{keys}");
    other.remove().await;
    kept.site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_restores_nothing() {
    let kept = filled().await;
    kept.back_up().await;
    let whole = std::fs::read(&kept.file).must("reading");
    let other = Site::create().await;
    let path = other.folder().join("damaged.tar");
    let line = format!("admin restore {}", path.display());
    let mut refused = 0;
    let mut check = async |bytes: &[u8], says: &str| {
        std::fs::write(&path, bytes).must("writing");
        let said = Kept::refusal(&other, &line).await;
        assert!(said.contains(says), "{says}: {said}");
        refused += 1;
    };

    for part in 1..8 {
        // Large files are most of it: some places lie in rows, some in objects, some in heads of members.
        let mut bytes = whole.clone();
        let at = if part < 5 { part * 4_099 } else { bytes.len() * part / 8 };
        *bytes.get_mut(at).must("a byte") ^= 1;
        check(&bytes, "nothing was restored").await;
    }
    check(whole.get(..whole.len() / 2).must("half"), "nothing was restored").await;
    check(b"", "`SHA256SUMS` is missing").await;
    check(b"words", "nothing was restored").await;

    assert_eq!(refused, 10);
    assert!(!other.folder().join("keys").exists(), "no key was written");
    other.ask(&format!("admin restore {}", kept.file.display())).await;
    other.remove().await;
    kept.site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_by_order_does_not_come_back_with_a_backup() {
    let mut kept = filled().await;
    kept.back_up().await;
    let order = "admin takedown alice/feed@1.0.0 --reason court-order";
    kept.site.ask(order).await;
    let after = kept.site.folder().join("after.tar");
    kept.site.ask(&format!("admin backup {}", after.display())).await;
    kept.site.kill().await;

    // A copy from after it holds nothing of it.
    assert!(holds(&kept.file, b"small-ranking") && !holds(&after, b"small-ranking"));
    let fresh = Site::on_sqlite();
    fresh.ask(&format!("admin restore {}", after.display())).await;
    assert_eq!(fresh.ask("admin check --deep").await, "All is well");
    // A copy from before it, beside the guard of the site, loses it while it is restored.
    let old = Site::on_sqlite();
    copy(&kept.site.folder().join("guard"), &old.folder().join("guard"));
    old.ask(&format!("admin restore {}", kept.file.display())).await;

    assert_eq!(files_that_hold(old.folder(), b"small-ranking"), [""; 0]);
    assert_eq!(files_that_hold(fresh.folder(), b"small-ranking"), [""; 0]);
    for site in [fresh, old, kept.site] {
        site.remove().await;
    }
}

fn holds(file: &Path, needle: &[u8]) -> bool {
    let bytes = std::fs::read(file).must("reading");
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn files_that_hold(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).must("listing").map(|entry| entry.must("an entry").path()) {
        if entry.is_dir() {
            found.extend(files_that_hold(&entry, needle));
        } else if holds(&entry, needle) {
            found.push(entry.display().to_string());
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).must("making a folder");
    for entry in std::fs::read_dir(from).must("listing").map(|entry| entry.must("an entry")) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).must("copying");
    }
}
