//! `vitrine admin`: people, organisations, tokens, and whether all is well. Works while the site runs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{Chance, Clock, Malformed, Namespace, RemovalReason, Role, Scope, SystemChance, SystemClock};
use registry::{Actor, Condemned, Depth, Order, OrgRole, Registry, Removed};
use server::Config;
use server::backup::{Keys, SiteBackup};

use crate::error::Error;
use crate::evidence::ReleaseName;
use crate::out::{Out, counted};
use crate::settings::{Settings, start_log};

/// Commands of those who run a site.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make a person with a namespace of the same name
    User(UserArguments),
    /// Make a token for a person, and print it; it is never shown again
    Token(TokenArguments),
    /// Make an organisation with its first owner
    Organisation(OrganisationArguments),
    /// Look whether database and bytes are as they must be: 0 all is well, 1 something is not
    Check(CheckArguments),
    /// Remove a release by order, with every byte and name that nothing else needs; hashes and proofs stay
    Takedown(TakedownArguments),
    /// Write the whole site into one file, as it stands at one moment; safe while it runs
    Backup(BackupArguments),
    /// Bring a site back from such a file, into an empty database
    Restore(RestoreArguments),
    /// Remove bytes that nothing needs
    Gc(Settings),
}

/// Arguments of `vitrine admin user`.
#[derive(Args, Debug)]
pub(crate) struct UserArguments {
    /// Name of the person
    name: Namespace,
    /// user, auditor or admin
    #[arg(long, default_value = "user")]
    role: Role,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin token`.
#[derive(Args, Debug)]
pub(crate) struct TokenArguments {
    /// Name of the person
    name: Namespace,
    /// What it may be used for: read, write, publish, audit, admin; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", default_values = ["read", "write", "publish"])]
    scopes: Vec<Scope>,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin organisation`.
#[derive(Args, Debug)]
pub(crate) struct OrganisationArguments {
    /// Name of the organisation
    name: Namespace,
    /// The person who names its members
    #[arg(long, value_name = "USER")]
    owner: Namespace,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// Also read and hash every byte
    #[arg(long)]
    deep: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin takedown`.
#[derive(Args, Debug)]
pub(crate) struct TakedownArguments {
    /// The release: `namespace/name@version`, or the digest of its document
    #[arg(value_name = "RELEASE|DIGEST", value_parser = condemned)]
    release: Condemned,
    /// Why: court-order, copyright, personal-data or illegal-content
    #[arg(long)]
    reason: RemovalReason,
    /// Which court or authority, and under which number; no person's name, for it stays public
    #[arg(long, value_name = "TEXT")]
    authority: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin backup`.
#[derive(Args, Debug)]
pub(crate) struct BackupArguments {
    /// The file to write; it must not be there yet
    file: PathBuf,
    /// Leave the site's secret keys out, and keep them elsewhere
    #[arg(long)]
    without_keys: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `vitrine admin restore`.
#[derive(Args, Debug)]
pub(crate) struct RestoreArguments {
    /// The file to read
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

fn condemned(text: &str) -> Result<Condemned, Malformed> {
    let digest = if text.contains(':') { text.parse() } else { format!("sha256:{text}").parse() };
    match digest {
        Ok(digest) => Ok(Condemned::Document(digest)),
        Err(_no_digest) => {
            let ReleaseName { repository, version } = text.parse()?;
            Ok(Condemned::Named(repository, version))
        }
    }
}

/// Runs one of them. Gives the exit code.
pub(crate) async fn administer(command: Admin, out: &mut Out) -> Result<u8, Error> {
    start_log("warn");
    match command {
        Admin::User(UserArguments { name, role, settings }) => {
            let person = open(settings).await?.create_user(&Actor::System, &name, role).await?;
            out.say(format_args!("Made {role} {}", person.name))?;
        }
        Admin::Token(TokenArguments { name, scopes, settings }) => {
            let secret = open(settings).await?.create_token(&Actor::System, &name, &scopes).await?;
            out.say(secret.reveal())?;
        }
        Admin::Organisation(OrganisationArguments { name, owner, settings }) => {
            organisation(&open(settings).await?, &name, &owner, out).await?;
        }
        Admin::Check(CheckArguments { deep, settings }) => {
            return check(&open_existing(settings).await?, deep, out).await;
        }
        Admin::Takedown(TakedownArguments { release, reason, authority, settings }) => {
            let registry = open_existing(settings).await?;
            let order = Order { reason, authority };
            takedown(&registry.remove_by_order(&Actor::System, &release, &order).await?, out)?;
        }
        Admin::Backup(arguments) => backup(arguments, out).await?,
        Admin::Restore(RestoreArguments { file, settings }) => {
            let restored = server::backup::restore(&settings.config()?, &file, surroundings()).await?;
            tell("Restored", &restored, out)?;
        }
        Admin::Gc(settings) => {
            let swept = open_existing(settings).await?.gc().await?;
            let (objects, bytes, blobs) = (swept.objects, swept.bytes, swept.blobs);
            out.say(format_args!(
                "Removed {objects} objects ({bytes} bytes) and {blobs} blobs that nothing needs"
            ))?;
        }
    }
    Ok(0)
}

fn surroundings() -> (Arc<dyn Clock>, Arc<dyn Chance>) {
    (Arc::new(SystemClock), Arc::new(SystemChance))
}

/// The file appears whole or not at all, for its owner's eyes alone, and never in the place of another.
async fn backup(arguments: BackupArguments, out: &mut Out) -> Result<(), Error> {
    let BackupArguments { file, without_keys, settings } = arguments;
    let config = existing(settings)?;
    let wrong = |source| Error::Write { path: file.clone(), source };
    if file.exists() {
        return Err(wrong(io::ErrorKind::AlreadyExists.into()));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let half = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(wrong)?;
    let keys = if without_keys { Keys::LeftOut } else { Keys::Included };
    let written = half.as_file().try_clone().map_err(wrong)?;
    let made = server::backup::back_up(&config, keys, written, surroundings()).await?;
    half.persist_noclobber(&file).map_err(|lost| wrong(lost.error))?;
    tell("Wrote", &made, out)?;
    if made.keys > 0 {
        out.say("It holds the site's secret keys: keep it as safe as them")?;
    }
    Ok(())
}

fn tell(done: &str, backup: &SiteBackup, out: &mut Out) -> Result<(), Error> {
    let SiteBackup { data, keys } = backup;
    let (objects, keys) = (counted(data.objects, "object"), counted(*keys, "key"));
    out.say(format_args!("{done} {} rows, {objects} ({} bytes) and {keys}", data.rows, data.bytes))
}

async fn open(settings: Settings) -> Result<Registry, Error> {
    Ok(server::open(&settings.config()?, Arc::new(SystemClock), Arc::new(SystemChance)).await?)
}

/// The same for commands that would find nothing in a data folder that they made themselves.
async fn open_existing(settings: Settings) -> Result<Registry, Error> {
    existing(settings.clone())?;
    open(settings).await
}

fn existing(settings: Settings) -> Result<Config, Error> {
    let config = settings.config()?;
    if config.database_url.is_some() || config.data.is_dir() {
        return Ok(config);
    }
    Err(Error::Refused(format!("there is no data folder `{}`; name it with --data", config.data.display())))
}

async fn organisation(
    registry: &Registry,
    name: &Namespace,
    owner: &Namespace,
    out: &mut Out,
) -> Result<(), Error> {
    // Looked up first: an organisation that nobody owns could not be given to anyone but by us.
    let owner = registry.account(&Actor::System, owner).await?;
    if owner.role.is_none() {
        return Err(Error::Refused(format!(
            "`{}` is an organisation; its owner must be a person",
            owner.name
        )));
    }
    registry.create_organisation(&Actor::System, name).await?;
    registry.add_member(&Actor::System, name, &owner.name, OrgRole::Owner).await?;
    out.say(format_args!("Made organisation {name}, owned by {}", owner.name))
}

fn takedown(removed: &Removed, out: &mut Out) -> Result<(), Error> {
    for digest in &removed.kept {
        out.say(format_args!("Kept {digest}: another release or repository holds the same bytes"))?;
    }
    let what = if removed.repository { "the release and its repository" } else { "the release" };
    out.say(format_args!("Removed {what} with {}", counted(removed.objects, "object")))?;
    out.say("Copies of database and bytes elsewhere still hold it: delete them, or make new ones")
}

async fn check(registry: &Registry, deep: bool, out: &mut Out) -> Result<u8, Error> {
    let depth = if deep { Depth::Deep } else { Depth::Quick };
    let findings = registry.check(depth).await?;
    for finding in &findings {
        out.say(finding)?;
    }
    if findings.is_empty() {
        out.say("All is well")?;
        return Ok(0);
    }
    Ok(1)
}
