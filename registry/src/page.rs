//! Lists, a page at a time.

use domain::Uuid;

use crate::Error;

/// How many items a page has when nobody says.
const USUAL: usize = 20;
/// How many items a page has at most.
const MOST: usize = 100;

/// Some items of a list, and where to read on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Hand this back to get the next page; `None` at the end.
    pub next: Option<String>,
}

/// The place of an item in a list that is sorted newest first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    /// When the item came, in microseconds.
    pub(crate) at: i64,
    /// Which item, among those of the same moment.
    pub(crate) id: Uuid,
}

impl Place {
    /// The text that is handed out.
    pub(crate) fn to_cursor(self) -> String {
        format!("{}-{}", self.at, self.id.simple())
    }

    /// The place behind a cursor; `None` means the beginning.
    pub(crate) fn from_cursor(cursor: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(text) = cursor else { return Ok(None) };
        let (at, id) = text.split_once('-').ok_or(Error::CursorRefused)?;
        match (at.parse(), Uuid::try_parse(id)) {
            (Ok(at), Ok(id)) => Ok(Some(Self { at, id })),
            _ => Err(Error::CursorRefused),
        }
    }
}

/// How many items to give: the usual number for 0, never more than 100.
pub(crate) fn page_size(wanted: usize) -> usize {
    if wanted == 0 { USUAL } else { wanted.min(MOST) }
}

/// Makes a page from one item more than was wanted, of a list that is sorted newest first.
pub(crate) fn page_of<T>(items: Vec<T>, size: usize, place: impl Fn(&T) -> Place) -> Page<T> {
    page_with(items, size, |item| place(item).to_cursor())
}

/// Makes a page from one item more than was wanted.
pub(crate) fn page_with<T>(mut items: Vec<T>, size: usize, cursor: impl Fn(&T) -> String) -> Page<T> {
    let more = items.len() > size;
    items.truncate(size);
    let next = if more { items.last().map(cursor) } else { None };
    Page { items, next }
}
