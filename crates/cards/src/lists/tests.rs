use std::sync::Arc;

use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use insta::assert_snapshot;

use super::*;

const WANTED: Wanted<'_> = Wanted { numbers: &["age"], texts: &["id"], gaps: &[] };

fn told(outcome: Result<Table, Vec<Fault>>) -> String {
    let faults = outcome.expect_err("the table was accepted");
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

fn refused(csv: &str) -> String {
    told(read_csv(csv.as_bytes(), &WANTED))
}

#[test]
fn columns_hold_numbers_or_texts() {
    let table = read_csv(
        "\u{feff}id, age ,group,votes\n007,1.5,a,1\n8,-2e1,3,2\r\n\"9,\n\",+3,4,3\n".as_bytes(),
        &WANTED,
    )
    .unwrap();

    assert_eq!(table.rows(), 3);
    assert_eq!(table.numbers("age"), Some([1.5, -20.0, 3.0].as_slice()));
    assert_eq!(table.numbers("votes"), Some([1.0, 2.0, 3.0].as_slice()));
    assert_eq!(
        table.column("id").unwrap().values,
        Values::Texts(["007", "8", "9,\n"].map(str::to_owned).to_vec())
    );
    assert_eq!(
        table.column("group").unwrap().values,
        Values::Texts(["a", "3", "4"].map(str::to_owned).to_vec())
    );
    assert_eq!(table.in_order(&[2, 0, 9]).numbers("age"), Some([3.0, 1.5].as_slice()));
}

#[test]
fn numbers_may_be_missing_where_that_is_allowed() {
    let wanted = Wanted { gaps: &["age"], ..Wanted::default() };

    let ages = |table: Result<Table, Vec<Fault>>| table.unwrap().numbers("age").unwrap().to_vec();
    let csv = ages(read_csv(b"id,age\na,1.5\nb,\nc, NaN\nd,2\n", &wanted));
    let parquet =
        ages(read_parquet(&parquet_file(&[Some(1.5), None, Some(f64::NAN), Some(2.0)], 1), &wanted));

    assert_eq!(csv.iter().map(|age| age.is_nan()).collect::<Vec<_>>(), [false, true, true, false]);
    assert_eq!(
        csv.iter().map(|age| age.to_bits()).collect::<Vec<_>>(),
        parquet.iter().map(|age| age.to_bits()).collect::<Vec<_>>()
    );
    assert!(told(read_csv(b"id,age\na,none\n", &wanted)).contains("not a finite number"));
    assert!(told(read_csv(b"id,age\na,inf\n", &wanted)).contains("not a finite number"));
}

#[test]
fn every_fault_of_a_table_is_told_with_its_line() {
    assert_snapshot!(refused("id,age,id,\na,1,b,c\n"), @r"
    line 1, id: The column `id` stands twice in the header. Keep one.
    line 1: Column 4 has no name. Name it in the first line.
    ");
    assert_snapshot!(refused("name\na\n"), @r"
    line 1, id: The column `id` is missing. Add it, or correct its name in `system-card.yaml`.
    line 1, age: The column `age` is missing. Add it, or correct its name in `system-card.yaml`.
    ");
    assert_snapshot!(refused("id,age\na,old\nb,NaN\n\"c\nd\",inf\ne,\nf,1e999\ng,0x10\nh,1_000\n"), @r"
    line 2, age: `old` is not a finite number. Write a number such as `24` or `0.5`.
    line 3, age: `NaN` is not a finite number. Write a number such as `24` or `0.5`.
    line 4, age: `inf` is not a finite number. Write a number such as `24` or `0.5`.
    line 6, age: The cell is empty. Write a number such as `24` or `0.5`.
    line 7, age: `1e999` is not a finite number. Write a number such as `24` or `0.5`.
    line 8, age: `0x10` is not a finite number. Write a number such as `24` or `0.5`.
    line 9, age: `1_000` is not a finite number. Write a number such as `24` or `0.5`.
    ");
    assert_snapshot!(refused("id,age\na\nb,1,2\n"), @r"
    line 2: This row has 1 cells, the header has 2. Write one cell for every column.
    line 3: This row has 3 cells, the header has 2. Write one cell for every column.
    ");
    assert_snapshot!(refused("id,age\n"), @"There are no rows. Write at least one list with one item.");
    assert_snapshot!(refused(""), @"The file is empty. Write a header line and one line an item.");
    assert_snapshot!(told(read_csv(b"id,age\n\xff,1\n", &WANTED)), @"line 2, id: The cell is not UTF-8 text. Save the file as UTF-8.");
    assert_snapshot!(refused(&format!("id,age\n{},1\n", "x".repeat(4097))), @"line 2, id: The cell is larger than 4 KiB. Write it shorter.");
}

#[test]
fn many_faults_of_a_kind_are_counted() {
    let rows: String = (0..50).map(|_| "a,old\n").collect();

    let faults = read_csv(format!("id,age\n{rows}").as_bytes(), &WANTED).unwrap_err();

    assert_eq!(faults.len(), 21);
    assert_eq!(faults.last().unwrap().wrong, "There are 30 more faults of this kind.");
}

#[test]
fn tables_that_would_fill_the_memory_are_refused() {
    let wide = (0..4097).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    assert!(told(read_csv(wide.as_bytes(), &Wanted::default())).contains("more than 4,096 cells"));
    let long = "a\n".repeat(MAX_ROWS + 2);
    assert!(told(read_csv(long.as_bytes(), &Wanted::default())).contains("more than 1,000,000 rows"));
    let texts = format!("{}\n{}", "a,b,c,d,e", "x,x,x,x,x\n".repeat(900_000));
    assert!(told(read_csv(texts.as_bytes(), &Wanted::default())).contains("4,000,000 cells of text"));
}

/// A Parquet file with the columns `id` (text), `age` (number), `flag` and `votes`; ages may be missing.
fn parquet_file(ages: &[Option<f64>], votes: i64) -> Bytes {
    let schema = "message lists { required binary id (UTF8); optional double age; required boolean flag; required int64 votes; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties =
        Arc::new(WriterProperties::builder().set_compression(::parquet::basic::Compression::SNAPPY).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let rows = ages.len();
    let mut group = writer.next_row_group().unwrap();
    let ids: Vec<ByteArray> = (0..rows).map(|row| ByteArray::from(format!("item {row}").as_str())).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&ids, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let levels: Vec<i16> = ages.iter().map(|age| i16::from(age.is_some())).collect();
    let present: Vec<f64> = ages.iter().flatten().copied().collect();
    column.typed::<DoubleType>().write_batch(&present, Some(&levels), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<BoolType>().write_batch(&vec![true; rows], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&vec![votes; rows], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes.into()
}

#[test]
fn parquet_and_csv_give_the_same_table() {
    let ages: Vec<Option<f64>> = (0..5000).map(|age| Some(f64::from(age) / 2.0)).collect();

    let table = read("reference.parquet", &parquet_file(&ages, 7), &WANTED).unwrap();

    let row = |row| format!("item {row},{},1,7", f64::from(row) / 2.0);
    let rows = (0..5000).map(row).collect::<Vec<_>>().join("\n");
    let csv = Bytes::from(format!("id,age,flag,votes\n{rows}"));
    assert_eq!(table, read("reference.csv", &csv, &WANTED).unwrap());
    assert_eq!(
        column_names("reference.csv", &csv),
        column_names("reference.parquet", &parquet_file(&ages, 7))
    );
}

#[test]
fn faults_of_parquet_name_row_and_column() {
    let ages = [Some(1.0), None, Some(f64::NAN)];
    assert_snapshot!(told(read_parquet(&parquet_file(&ages, 1), &WANTED)), @r"
    age: Row 2: The cell is empty. Write a number such as `24` or `0.5`.
    age: Row 3: `NaN` is not a finite number. Write a number such as `24` or `0.5`.
    ");
    let numbers = Wanted { numbers: &["id"], ..Wanted::default() };
    assert_snapshot!(told(read_parquet(&parquet_file(&[Some(1.0)], 1), &numbers)), @"id: The column holds text. Write it as a column of numbers.");
    assert_snapshot!(told(read_parquet(&parquet_file(&[Some(1.0)], i64::MAX), &WANTED)), @"votes: 9223372036854775807 in row 1 is larger than a number here can be. Keep whole numbers within 2^53.");
    assert_snapshot!(told(read_parquet(&parquet_file(&[], 1), &WANTED)), @"There are no rows. Write at least one list with one item.");
}

#[test]
fn pages_are_measured_before_they_are_unpacked() {
    let mut bytes = parquet_file(&[Some(1.0)], 1).to_vec();
    // The first page header stands behind the four letters at the start.
    bytes[4] = 0xFF;

    assert_snapshot!(told(read_parquet(&bytes.into(), &WANTED)), @"This is not a Parquet file that can be read: the header of a page is malformed. Write the file again.");
}

#[test]
fn broken_parquet_files_are_refused_without_a_panic() {
    let good = parquet_file(&[Some(1.0), Some(2.0)], 1).to_vec();
    assert!(read_parquet(&Bytes::from_static(b"PAR1PAR1"), &WANTED).is_err());
    for place in 0..good.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bytes = good.clone();
            bytes[place] ^= flip;
            let _ = read_parquet(&Bytes::from(bytes), &WANTED);
        }
        assert!(read_parquet(&Bytes::copy_from_slice(&good[..place]), &WANTED).is_err());
    }
}

#[test]
fn text_that_is_not_seen_is_refused() {
    assert_snapshot!(refused("id,age,note\na\0b,1,x\nb,2,\u{202e}x\n"), @r"
    line 2, id: The cell holds control characters, or some that turn the writing direction. Write plain text.
    line 3, note: The cell holds control characters, or some that turn the writing direction. Write plain text.
    ");
    assert_snapshot!(refused("id,age,a\u{202e}b\na,1,x\n"), @r"line 1, a\u{202e}b: The cell holds control characters, or some that turn the writing direction. Write plain text.");
    assert!(read_csv("id,age\n\"मा\u{200d}\nب\",1\n".as_bytes(), &WANTED).is_ok());
}

#[test]
fn packing_that_is_not_read_here_is_named() {
    let packed = Bytes::from_static(include_bytes!("samples/gzip.parquet"));

    assert_snapshot!(told(read_parquet(&packed, &WANTED)), @"id: The column is packed with GZIP. Pack it with Snappy or Zstandard, or not at all.");
}

#[test]
fn a_number_without_a_sign_is_never_read_as_a_negative_one() {
    let unsigned = Bytes::from_static(include_bytes!("samples/unsigned.parquet"));

    assert_snapshot!(told(read_parquet(&unsigned, &WANTED)), @"age: 18446744073709551615 in row 1 is larger than a number here can be. Keep whole numbers within 2^53.");
}
