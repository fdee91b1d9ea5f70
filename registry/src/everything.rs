//! Everything that a card rests on: its release and the releases that it switches to, each with its files.

use cards::CARD_FILE;
use domain::{FilePath, RepositoryName, Version, Visibility};
use futures_util::TryStreamExt as _;

use crate::authorize::Action;
use crate::generate::switched_to;
use crate::{Actor, Blob, Error, Registry, Release, StoredCard};

/// Longest `system-card.yaml` that is read: it was checked against a smaller limit when it was published.
const SOURCE_BYTES: u64 = 16 << 20;

/// A release whose files the actor may read.
#[derive(Clone, Debug)]
pub struct WholeRelease {
    /// The release.
    pub release: Release,
    /// Who may see it now.
    pub visibility: Visibility,
    /// Its files; read them with [`Registry::read_blob`].
    pub files: Vec<(FilePath, Blob)>,
}

impl Registry {
    /// The release of a card, and behind it the releases that it switches to. One that is no longer there, or that this
    /// actor may not see or read, is left out, but for the first.
    ///
    /// # Errors
    /// [`Error::AccessNeeded`] where the bytes of the card's release are not for everybody; [`Error::Removed`].
    pub async fn card_releases(&self, actor: &Actor, card: &StoredCard) -> Result<Vec<WholeRelease>, Error> {
        let own = self.whole_release(actor, &card.repository, &card.release).await?;
        let source = own.files.iter().find(|(path, _)| path.as_str() == CARD_FILE).map(|(_, blob)| blob);
        let source = match source {
            Some(blob) if blob.size <= SOURCE_BYTES => {
                let pieces: Vec<_> = self.read_blob(blob, None).await?.try_collect().await?;
                pieces.concat()
            }
            _none => Vec::new(),
        };
        let names = match cards::source::read(&String::from_utf8_lossy(&source)) {
            Ok(source) => switched_to(&source),
            Err(_faults) => std::collections::BTreeSet::new(),
        };
        let mut all = vec![own];
        for (name, version) in names {
            match self.whole_release(actor, &name, &version).await {
                Ok(release) => all.push(release),
                Err(
                    Error::RepositoryNotFound { .. }
                    | Error::ReleaseNotFound { .. }
                    | Error::AccessNeeded { .. }
                    | Error::Removed { .. },
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn whole_release(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<WholeRelease, Error> {
        let place = self.place(actor, Action::See, name).await?;
        self.may_read(actor, &place).await?;
        let release = self.release(actor, name, version).await?;
        let digests: Vec<_> = release.document.files.iter().map(|file| file.sha256).collect();
        let blobs = self.known_blobs(&digests).await?;
        let file = |file: &domain::ReleaseFile| {
            let blob = blobs.get(&file.sha256).cloned();
            let blob = blob.ok_or_else(|| Error::inconsistent("blobs", file.sha256, "sha256"))?;
            Ok::<_, Error>((file.path.clone(), blob))
        };
        let files = release.document.files.iter().map(file).collect::<Result<_, _>>()?;
        Ok(WholeRelease { release, visibility: place.visibility, files })
    }
}
