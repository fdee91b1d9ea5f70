//! The rows that are explained: the numbers a model takes, and what stands beside them.

use std::collections::BTreeMap;

use bytes::Bytes;
use explain::{Lists, Matrix};
use onnx::slots::{self, Slot};

use crate::Fault;
use crate::fault::legible;
use crate::lists::{self, Table, Values, Wanted};

/// The column with the ids of items where nobody says otherwise.
pub const ITEM_COLUMN: &str = "item_id";
/// The list of all rows where no column names lists.
const ONE_LIST: &str = "all";

/// Which columns of a table are what. Columns that are not named are carried along.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout<'a> {
    /// What the model takes.
    pub slots: &'a [Slot],
    /// Names of the inputs in their order, where they are known from elsewhere.
    pub signals: Option<&'a [String]>,
    /// The column with the ids of lists; all rows are one list where it is `None`.
    pub list: Option<&'a str>,
    /// The column with the ids of items; [`ITEM_COLUMN`] if there is one, else the number of the row.
    pub item: Option<&'a str>,
    /// Columns that say to which group a row belongs; all columns of text where it is empty.
    pub groups: &'a [String],
}

/// The rows that are explained. Rows of one list stand together, lists in the order of their first rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Names of the columns that the model takes, in its order.
    pub columns: Vec<String>,
    /// Their numbers; NaN where there is none.
    pub numbers: Matrix,
    /// The position of each row in the table, from 0.
    pub rows: Vec<usize>,
    /// The id of each row's item.
    pub items: Vec<String>,
    /// The id of each list.
    pub lists: Vec<String>,
    /// Rows of each list; never 0.
    pub sizes: Vec<usize>,
    /// For each column of groups its name and the group of each row.
    pub groups: Vec<(String, Vec<String>)>,
}

impl Sheet {
    /// Reads a table of CSV or Parquet.
    ///
    /// # Errors
    /// Everything that is wrong with it, as [`lists::read`], and columns that do not fit the model.
    pub fn read(path: &str, bytes: &Bytes, layout: &Layout<'_>) -> Result<Self, Vec<Fault>> {
        let names = lists::column_names(path, bytes)?;
        let inputs = inputs(&names, layout)?;
        let gaps: Vec<&str> =
            inputs.iter().filter_map(|input| names.get(*input)).map(String::as_str).collect();
        let here = |name: &&str| names.iter().any(|column| column == name) && !gaps.contains(name);
        let texts: Vec<&str> = layout.texts().filter(here).collect();
        let table = lists::read(path, bytes, &Wanted { numbers: &[], texts: &texts, gaps: &gaps })?;
        Self::of_table(&table, layout)
    }

    /// Takes the rows of a table that is read already; the columns of the model must hold numbers.
    ///
    /// # Errors
    /// Columns that do not fit the model, or that are not there.
    pub fn of_table(table: &Table, layout: &Layout<'_>) -> Result<Self, Vec<Fault>> {
        let names: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
        let chosen = inputs(&names, layout)?;
        let columns: Vec<String> = chosen.iter().filter_map(|input| names.get(*input).cloned()).collect();
        let texts = |name: &str| texts(table, name).ok_or_else(|| vec![missing(name, &names)]);
        let lists = match layout.list {
            Some(list) => texts(list)?,
            None => vec![ONE_LIST.to_owned(); table.rows()],
        };
        let item =
            layout.item.or_else(|| names.iter().any(|name| name == ITEM_COLUMN).then_some(ITEM_COLUMN));
        let items = match item {
            Some(item) => texts(item)?,
            None => (0..table.rows()).map(|row| row.to_string()).collect(),
        };
        let groups = layout.group_columns(table, &columns, item);
        let groups = groups.into_iter().map(|name| texts(&name).map(|groups| (name, groups)));
        let groups = groups.collect::<Result<_, _>>()?;
        let numbers = numbers(table, &columns)?;
        let rows = (0..table.rows()).collect();
        let sheet = Self { columns, numbers, rows, items, lists: Vec::new(), sizes: Vec::new(), groups };
        sheet.list_by_list(&lists)
    }

    /// Takes rows of numbers with nothing beside them.
    ///
    /// # Errors
    /// A fault where there are no rows.
    pub fn of_numbers(columns: Vec<String>, numbers: Matrix) -> Result<Self, Vec<Fault>> {
        let rows = numbers.rows();
        let items = (0..rows).map(|row| row.to_string()).collect();
        let order = (0..rows).collect();
        let sheet = Self {
            columns,
            numbers,
            rows: order,
            items,
            lists: Vec::new(),
            sizes: Vec::new(),
            groups: Vec::new(),
        };
        sheet.first(rows)
    }

    /// Puts rows of the same list together.
    fn list_by_list(self, of_rows: &[String]) -> Result<Self, Vec<Fault>> {
        let mut lists: Vec<(&String, Vec<usize>)> = Vec::new();
        let mut places: BTreeMap<&String, usize> = BTreeMap::new();
        for (row, list) in of_rows.iter().enumerate() {
            let place = *places.entry(list).or_insert(lists.len());
            match lists.get_mut(place) {
                Some((_, rows)) => rows.push(row),
                None => lists.push((list, vec![row])),
            }
        }
        let order: Vec<usize> = lists.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        let sizes = lists.iter().map(|(_, rows)| rows.len()).collect();
        let lists = lists.into_iter().map(|(list, _)| list.clone()).collect();
        self.chosen(&order, lists, sizes)
    }

    /// Only one of the lists.
    ///
    /// # Errors
    /// A fault that says which lists there are.
    pub fn only(&self, list: &str) -> Result<Self, Vec<Fault>> {
        let Some(place) = self.lists.iter().position(|known| known == list) else {
            let wrong = format!("There is no list `{}`.", legible(list));
            return Err(vec![Fault::new("in", wrong, format!("Name one of {}.", some_of(&self.lists)))]);
        };
        let start: usize = self.sizes.iter().take(place).sum();
        let size = self.sizes.get(place).copied().unwrap_or_default();
        let order: Vec<usize> = (start..start + size).collect();
        self.clone().chosen(&order, vec![list.to_owned()], vec![size])
    }

    /// Only the first rows, as one list; all where there are fewer.
    ///
    /// # Errors
    /// A fault where there are no rows to take.
    pub fn first(&self, rows: usize) -> Result<Self, Vec<Fault>> {
        let rows = rows.min(self.numbers.rows());
        let order: Vec<usize> = (0..rows).collect();
        self.clone().chosen(&order, vec![ONE_LIST.to_owned()], vec![rows])
    }

    fn chosen(self, order: &[usize], lists: Vec<String>, sizes: Vec<usize>) -> Result<Self, Vec<Fault>> {
        let values = order.iter().filter_map(|row| self.numbers.row(*row)).flatten().copied().collect();
        let numbers = Matrix::new(self.numbers.columns(), values).map_err(|error| unfit(&error))?;
        let texts = |texts: &[String]| order.iter().filter_map(|row| texts.get(*row).cloned()).collect();
        let groups = self.groups.iter().map(|(name, groups)| (name.clone(), texts(groups))).collect();
        let items = texts(&self.items);
        let rows = order.iter().filter_map(|row| self.rows.get(*row).copied()).collect();
        Ok(Self { columns: self.columns, numbers, rows, items, lists, sizes, groups })
    }

    /// The rows as lists.
    ///
    /// # Errors
    /// [`explain::Error`] where there are no rows.
    pub fn as_lists(&self) -> Result<Lists, explain::Error> {
        Lists::new(self.numbers.clone(), &self.sizes)
    }

    /// The list of each row.
    #[must_use]
    pub fn list_of_rows(&self) -> Vec<&str> {
        let lists = self.lists.iter().zip(&self.sizes);
        lists.flat_map(|(list, size)| std::iter::repeat_n(list.as_str(), *size)).collect()
    }

    /// The row of an item.
    ///
    /// # Errors
    /// A fault where no row, or more than one, has this id.
    pub fn row_of(&self, item: &str) -> Result<usize, Vec<Fault>> {
        let mut rows = (0..).zip(&self.items).filter(|(_, id)| *id == item).map(|(row, _)| row);
        match (rows.next(), rows.next()) {
            (Some(row), None) => Ok(row),
            (Some(_), Some(_)) => {
                let wrong = format!("Several rows are the item `{}`.", legible(item));
                Err(vec![Fault::new("item", wrong, "Name the list that is meant as well.")])
            }
            (None, _) => {
                let wrong = format!("There is no item `{}`.", legible(item));
                Err(vec![Fault::new("item", wrong, format!("Name one of {}.", some_of(&self.items)))])
            }
        }
    }

    /// Refuses a background whose columns carry the names of this table's columns in another order.
    ///
    /// # Errors
    /// A fault that names the first column that stands elsewhere.
    pub fn fits(&self, background: &Self) -> Result<(), Vec<Fault>> {
        same_order(&background.columns, &self.columns, "the rows").map_err(|fault| vec![fault])
    }
}

impl Layout<'_> {
    /// The columns that are kept as they are written.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let item = self.item.unwrap_or(ITEM_COLUMN);
        self.list.into_iter().chain([item]).chain(self.groups.iter().map(String::as_str))
    }

    /// The columns of groups: those that are named, else all that hold text and are nothing else.
    fn group_columns(&self, table: &Table, inputs: &[String], item: Option<&str>) -> Vec<String> {
        if !self.groups.is_empty() {
            return self.groups.to_vec();
        }
        let is_group = |column: &&lists::Column| {
            matches!(column.values, Values::Texts(_))
                && !inputs.contains(&column.name)
                && Some(column.name.as_str()) != self.list
                && Some(column.name.as_str()) != item
        };
        table.columns().iter().filter(is_group).map(|column| column.name.clone()).collect()
    }
}

/// The columns that feed the model, in its order.
fn inputs(names: &[String], layout: &Layout<'_>) -> Result<Vec<usize>, Vec<Fault>> {
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = slots::columns(layout.slots, &words).map_err(|error| {
        let right = layout.signals.map_or_else(
            || "Write every column that the model takes, in its order, at the end of each row.".to_owned(),
            |signals| format!("Write the columns {} at the end of each row.", some_of(signals)),
        );
        vec![Fault::new("", format!("The table does not fit: {error}."), right)]
    })?;
    if let Some(signals) = layout.signals {
        let chosen: Vec<String> = columns.iter().filter_map(|column| names.get(*column).cloned()).collect();
        same_order(&chosen, signals, "the signals").map_err(|fault| vec![fault])?;
    }
    Ok(columns)
}

/// Refuses names that occur in both, but at different positions. Names that the other does not know may differ.
fn same_order(names: &[String], others: &[String], whose: &str) -> Result<(), Fault> {
    let place = |name: &String| others.iter().position(|other| other == name);
    let placed = names.iter().enumerate().filter_map(|(at, name)| Some((at, name, place(name)?)));
    match placed.into_iter().find(|(at, _, elsewhere)| at != elsewhere) {
        None => Ok(()),
        Some((at, name, elsewhere)) => {
            let there = others.get(at).map_or("nothing", String::as_str);
            let wrong = format!(
                "The column `{}` feeds input {at}, but among {whose} that one is `{}` and `{}` is number \
                 {elsewhere}, counted from 0.",
                legible(name),
                legible(there),
                legible(name)
            );
            Err(Fault::new(
                legible(name),
                wrong,
                "Put the columns into the same order, without others between them.",
            ))
        }
    }
}

fn texts(table: &Table, name: &str) -> Option<Vec<String>> {
    let values = &table.column(name)?.values;
    Some((0..table.rows()).map(|row| values.text(row).unwrap_or_default()).collect())
}

fn numbers(table: &Table, columns: &[String]) -> Result<Matrix, Vec<Fault>> {
    let found: Vec<&[f64]> = columns.iter().filter_map(|name| table.numbers(name)).collect();
    if found.len() != columns.len() {
        let text = columns.iter().find(|name| table.numbers(name).is_none());
        let name = text.map_or("", String::as_str);
        return Err(vec![Fault::new(legible(name), "The column holds text.", "Write numbers.")]);
    }
    let cells =
        (0..table.rows()).flat_map(|row| found.iter().filter_map(move |column| column.get(row).copied()));
    Matrix::new(columns.len(), cells.collect()).map_err(|error| unfit(&error))
}

fn unfit(error: &explain::Error) -> Vec<Fault> {
    vec![Fault::new("", format!("The table does not fit: {error}."), "Write one number for every input.")]
}

fn missing(name: &str, names: &[String]) -> Fault {
    let wrong = format!("There is no column `{}`.", legible(name));
    Fault::new(legible(name), wrong, format!("Name one of {}.", some_of(names)))
}

/// The first few names, each between marks.
pub(crate) fn some_of(names: &[String]) -> String {
    let mut told: Vec<String> = names.iter().take(12).map(|name| format!("`{}`", legible(name))).collect();
    if names.len() > told.len() {
        told.push(format!("… ({} in all)", names.len()));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(columns: usize) -> Vec<Slot> {
        (0..columns).map(|index| Slot { input: "x".to_owned(), index: Some(index) }).collect()
    }

    fn sheet(text: &str, layout: &Layout<'_>) -> Result<Sheet, String> {
        let read = Sheet::read("rows.csv", &Bytes::copy_from_slice(text.as_bytes()), layout);
        read.map_err(|faults| faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_last_columns_are_numbers_and_the_others_are_carried_along() {
        let slots = matrix(2);
        let layout = Layout { slots: &slots, list: Some("q"), ..Layout::default() };

        let read = sheet("q,item_id,lang,a,b\n7,x,hi,1,2\n9,y,ta,3,\n7,z,hi,5,nan\n", &layout).unwrap();

        assert_eq!(read.columns, ["a", "b"]);
        assert_eq!(read.lists, ["7", "9"]);
        assert_eq!(read.sizes, [2, 1]);
        assert_eq!(read.rows, [0, 2, 1]);
        assert_eq!(read.items, ["x", "z", "y"]);
        assert_eq!(read.groups, [("lang".to_owned(), ["hi", "hi", "ta"].map(str::to_owned).to_vec())]);
        assert_eq!(read.numbers.row(0), Some([1.0, 2.0].as_slice()));
        assert!(read.numbers.row(2).unwrap()[1].is_nan());
        let only = read.only("9").unwrap();
        assert_eq!((only.items, only.rows), (vec!["y".to_owned()], vec![1]));
        assert!(read.only("8").unwrap_err()[0].to_string().contains("Name one of `7`, `9`"));
    }

    #[test]
    fn without_ids_rows_are_numbered_and_make_one_list() {
        let slots = matrix(1);
        let layout = Layout { slots: &slots, ..Layout::default() };

        let read = sheet("a\n1\n2\n", &layout).unwrap();

        assert_eq!(
            (read.items.as_slice(), read.sizes.as_slice()),
            (["0", "1"].map(str::to_owned).as_slice(), [2].as_slice())
        );
        assert_eq!(read.row_of("1"), Ok(1));
        assert!(read.row_of("2").unwrap_err()[0].to_string().contains("There is no item `2`"));
    }

    #[test]
    fn columns_in_another_order_are_refused_by_name() {
        let slots = matrix(2);
        let signals = ["a", "b"].map(str::to_owned);
        let layout = Layout { slots: &slots, signals: Some(&signals), ..Layout::default() };

        assert!(sheet("b,a\n1,2\n", &layout).unwrap_err().contains("The column `b` feeds input 0"));
        assert!(sheet("a,b,c\n1,2,3\n", &layout).unwrap_err().contains("The column `b` feeds input 0"));
        assert!(sheet("c,d\n1,2\n", &layout).is_ok());
        assert!(sheet("a\n1\n", &layout).unwrap_err().contains("Write the columns `a`, `b`"));
        let plain = Layout { slots: &slots, ..Layout::default() };
        let rows = sheet("a,b\n1,2\n", &plain).unwrap();
        assert!(rows.fits(&sheet("b,a\n1,2\n", &plain).unwrap()).is_err());
        assert!(rows.fits(&sheet("a,b\n1,2\n", &plain).unwrap()).is_ok());
    }

    #[test]
    fn what_is_no_number_is_told_with_line_and_column() {
        let slots = matrix(2);
        let layout = Layout { slots: &slots, ..Layout::default() };

        for (text, wrong) in [
            ("a,b\n1,x\n", "line 2, b: `x` is not a finite number"),
            ("a,b\n1,2\n1,inf\n", "line 3, b: `inf` is not a finite number"),
            ("a,b\n1,-1e999\n", "line 2, b"),
            ("a,b\n", "There are no rows"),
            ("", "The file is empty"),
            ("a,b\n1\n", "This row has 1 cells, the header has 2"),
        ] {
            let told = sheet(text, &layout).unwrap_err();
            assert!(told.contains(wrong), "{text:?}: {told}");
        }
        let lists = Layout { slots: &slots, list: Some("q"), ..Layout::default() };
        assert!(sheet("a,b\n1,2\n", &lists).unwrap_err().contains("There is no column `q`"));
    }
}
