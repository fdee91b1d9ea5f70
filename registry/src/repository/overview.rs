//! All that the page of a repository shows, in three statements.

use domain::{RepositoryName, Uuid};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{Branch, MAIN, Overview};
use crate::access::{Place, PlaceRow, actors_membership};
use crate::authorize::{Action, authorize};
use crate::entity::{branch, commit, link, member, release, repository};
use crate::front_matter::README;
use crate::release::{SummaryRow, summaries};
use crate::tree::MaybeCommit;
use crate::{Actor, Error, Registry, Tree};

/// How much of a `README.md` is shown: 512 KiB.
const README_BYTES: u64 = 512 << 10;

/// A repository and one of its branches; with the commit and files if it is `main`.
#[derive(Debug, FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    place: PlaceRow,
    branch_name: Option<String>,
    branch_head: Option<String>,
    #[sea_orm(nested)]
    commit: MaybeCommit,
}

/// See [`Registry::overview`].
pub(super) async fn overview(
    registry: &Registry,
    actor: &Actor,
    name: &RepositoryName,
) -> Result<Overview, Error> {
    let rows = rows(registry, actor, name).await?;
    let Some(first) = rows.first() else {
        // Perhaps it has another name by now; if not, this says that there is none.
        let place = registry.place(actor, Action::See, name).await?;
        return Box::pin(overview(registry, actor, &place.name)).await;
    };
    let place = first.place.clone().read(actor)?;
    let missing = |error| match error {
        Error::RepositoryNotFound { .. } => Error::RepositoryNotFound { name: name.clone() },
        other => other,
    };
    authorize(actor, Action::See, place.resource()).map_err(missing)?;
    let tree = rows.iter().find_map(|row| row.tree(&place)).transpose()?;
    let branches = rows.into_iter().filter_map(|row| Some((row.branch_name?, row.branch_head)));
    let branches = branches.map(|(name, head)| Branch::read(place.id, name, head.as_deref()));
    let branches = branches.collect::<Result<_, _>>()?;
    let releases = releases(registry, place.id).await?;
    let readme = match &tree {
        Some(tree) => readme(registry, tree).await?,
        None => None,
    };
    let versions = releases.iter().map(|release| release.version.clone()).collect();
    Ok(Overview { repository: place.into_repository(branches, versions), releases, tree, readme })
}

async fn rows(registry: &Registry, actor: &Actor, name: &RepositoryName) -> Result<Vec<Row>, Error> {
    let to_branch =
        link::<repository::Entity, _>(repository::Column::Id, branch::Entity, branch::Column::Repository);
    let to_commit = link::<branch::Entity, _>(branch::Column::Head, commit::Entity, commit::Column::Id)
        .on_condition(|branches, commits| {
            Condition::all().add(Expr::col((branches.clone(), branch::Column::Name)).eq(MAIN)).add(
                Expr::col((commits, commit::Column::Repository))
                    .equals((branches, branch::Column::Repository)),
            )
        });
    let rows = repository::Entity::find()
        .filter(repository::Column::Folded.eq(name.folded()))
        .join(JoinType::LeftJoin, actors_membership(actor))
        .join(JoinType::LeftJoin, to_branch)
        .join(JoinType::LeftJoin, to_commit)
        .column_as(member::Column::Role, "member_role")
        .column_as(branch::Column::Name, "branch_name")
        .column_as(branch::Column::Head, "branch_head")
        .order_by_asc(branch::Column::Name);
    Ok(MaybeCommit::select(rows).into_model::<Row>().all(registry.db()).await?)
}

impl Row {
    /// The files at the newest commit of `main`; `None` for other branches and before the first commit.
    fn tree(&self, place: &Place) -> Option<Result<Tree, Error>> {
        let (commit, tree) = self.commit.clone().rows(place.id)?;
        Some(Tree::read(place, commit, &tree))
    }
}

async fn releases(registry: &Registry, repository: Uuid) -> Result<Vec<crate::ReleaseSummary>, Error> {
    let rows = summaries()
        .filter(release::Column::Repository.eq(repository))
        .order_by_desc(release::Column::PublishedAt)
        .order_by_desc(release::Column::Id)
        .into_model::<SummaryRow>()
        .all(registry.db())
        .await?;
    rows.into_iter().map(SummaryRow::read).collect()
}

/// The beginning of the repository's `README.md`.
async fn readme(registry: &Registry, tree: &Tree) -> Result<Option<String>, Error> {
    let Some(entry) = tree.entry(README) else { return Ok(None) };
    let blobs = registry.known_blobs(&[entry.sha256]).await?;
    let Some(blob) = blobs.get(&entry.sha256) else {
        return Err(Error::BlobNotFound { digest: entry.sha256 });
    };
    let shown = 0..std::cmp::min(blob.size, README_BYTES);
    let chunks = registry.store().stream(&blob.layout, Some(shown)).await?;
    let bytes = chunks
        .try_fold(Vec::new(), |mut all, chunk| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        })
        .await?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
