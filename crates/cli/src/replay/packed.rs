//! The zip of a card, from "Take everything" on its page: unpacked with care, for it may come from anybody.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;
use zip::{CompressionMethod, ZipArchive};

use crate::error::Error;
use crate::folder;

/// The card in the zip.
const CARD: &str = "card.json";
/// How a zip begins.
const BEGINNING: [u8; 4] = *b"PK\x03\x04";
/// Most files: those of a release, and of some that its card switches to.
const MOST_FILES: usize = 100_000;

/// Whether a file is a zip, by its first bytes.
pub(super) fn is_zip(file: &Path) -> Result<bool, Error> {
    let mut beginning = [0; BEGINNING.len()];
    let mut opened = File::open(file).map_err(Error::read(file))?;
    match io::Read::read_exact(&mut opened, &mut beginning) {
        Ok(()) => Ok(beginning == BEGINNING),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(Error::read(file)(error)),
    }
}

/// Unpacks a zip into a folder that lives as long as this. Gives the card in it, beside which its release lies.
///
/// # Errors
/// [`Error::Refused`] for what no site makes: packed or encrypted members, links, names that lead elsewhere or stand
/// twice, and more bytes than the file has.
pub(super) fn unpack(file: &Path) -> Result<(TempDir, PathBuf), Error> {
    let wrong = |why: String| Error::Refused(format!("`{}` is no zip of a card: {why}", file.display()));
    let opened = File::open(file).map_err(Error::read(file))?;
    let length = opened.metadata().map_err(Error::read(file))?.len();
    let mut zip = ZipArchive::new(io::BufReader::new(opened)).map_err(|error| wrong(error.to_string()))?;
    if zip.len() > MOST_FILES {
        return Err(wrong(format!("it has {} files; {MOST_FILES} is the most", zip.len())));
    }
    let folder = tempfile::Builder::new()
        .prefix("vitrine-")
        .tempdir()
        .map_err(|source| Error::System { doing: "making a folder for the card", source })?;
    let mut left = length;
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).map_err(|error| wrong(error.to_string()))?;
        let name = member.name().map_err(|error| wrong(error.to_string()))?.into_owned();
        if member.is_symlink() || member.encrypted() || member.compression() != CompressionMethod::Stored {
            return Err(wrong(format!("`{name}` is a link, encrypted or packed")));
        }
        let place = inside(&name).ok_or_else(|| wrong(format!("`{name}` is no name of a file")))?;
        // Members that share their bytes could unpack to more than the file has.
        left = left
            .checked_sub(member.size())
            .ok_or_else(|| wrong("its files are larger than itself".to_owned()))?;
        let target = folder.path().join(place);
        let parent = target.parent().unwrap_or(folder.path());
        fs::create_dir_all(parent).map_err(|_clash| wrong(format!("`{name}` stands below a file")))?;
        let mut out = match File::create_new(&target) {
            Ok(out) => out,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(wrong(format!("`{name}` stands in it twice")));
            }
            Err(error) => return Err(Error::write(&target)(error)),
        };
        let size = member.size();
        let copied = io::copy(&mut io::Read::take(&mut member, size + 1), &mut out);
        if copied.map_err(|error| wrong(format!("`{name}`: {error}")))? != size {
            return Err(wrong(format!("`{name}` is cut")));
        }
    }
    let card = folder.path().join(CARD);
    if !card.is_file() {
        return Err(wrong(format!("there is no `{CARD}` in it")));
    }
    Ok((folder, card))
}

/// The path of a file below the folder; none for what leads elsewhere or is no file.
fn inside(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let same = path.components().collect::<PathBuf>().to_str() == Some(name);
    (plain && same && !name.is_empty() && !name.contains(['\\', '\0'])).then(|| path.to_owned())
}

/// Reads the card file itself, out of a zip where it is one.
pub(super) fn card_file(file: &Path) -> Result<(Vec<u8>, PathBuf, Option<TempDir>), Error> {
    if !is_zip(file)? {
        return Ok((folder::read_whole(file).map_err(Error::read(file))?, file.to_owned(), None));
    }
    let (unpacked, card) = unpack(file)?;
    Ok((folder::read_whole(&card).map_err(Error::read(&card))?, card, Some(unpacked)))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    type Members<'a> = &'a [(&'a str, &'a [u8])];

    /// A zip of these files, changed afterwards.
    fn packed(members: Members<'_>, change: impl FnOnce(&mut Vec<u8>)) -> Result<(TempDir, PathBuf), Error> {
        let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in members {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        change(&mut bytes);
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        assert!(is_zip(file.path()).unwrap());
        unpack(file.path())
    }

    /// Writes other bytes of the same length wherever these stand.
    fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
        assert_eq!(from.len(), to.len());
        for at in 0..=bytes.len() - from.len() {
            if bytes[at..].starts_with(from) {
                bytes[at..at + to.len()].copy_from_slice(to);
            }
        }
    }

    const CARD_ALONE: Members<'_> = &[("card.json", b"{}"), ("card.json.vitrine/release/model.onnx", b"abc")];

    #[test]
    fn a_zip_becomes_a_folder_again() {
        let (folder, card) = packed(CARD_ALONE, |_| ()).unwrap();

        assert_eq!(fs::read(card).unwrap(), b"{}");
        assert_eq!(fs::read(folder.path().join("card.json.vitrine/release/model.onnx")).unwrap(), b"abc");
    }

    #[test]
    fn what_no_site_makes_is_refused_and_named() {
        let refused = |members: Members<'_>, change: &dyn Fn(&mut Vec<u8>)| {
            packed(members, |bytes| change(bytes)).err().map(|error| error.to_string())
        };
        let keep = |_: &mut Vec<u8>| ();
        // In the directory: the attributes of a link, and the method of what was deflated.
        let directory = |bytes: &mut Vec<u8>, at: usize, said: &[u8]| {
            let entry = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
            bytes[entry + at..entry + at + said.len()].copy_from_slice(said);
        };
        let link = |bytes: &mut Vec<u8>| directory(bytes, 38, &[0, 0, 0xff, 0xa1]);
        let deflated = |bytes: &mut Vec<u8>| directory(bytes, 10, &[8, 0]);
        let twice = |bytes: &mut Vec<u8>| replace(bytes, b"x.json", b"y.json");
        let outside = |bytes: &mut Vec<u8>| replace(bytes, b"xx/x.json", b"../x.json");
        let root = |bytes: &mut Vec<u8>| replace(bytes, b"x/x.json", b"//x.json");
        let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 30);
        let changed = |bytes: &mut Vec<u8>| replace(bytes, b"abcdefgh", b"abcdefgx");
        for (name, members, change, word) in [
            ("no card", &[("x.json", &b"{}"[..])][..], &keep as &dyn Fn(&mut Vec<u8>), "no `card.json`"),
            ("a link", CARD_ALONE, &link, "is a link"),
            ("twice", &[("x.json", b"1"), ("y.json", b"2")], &twice, "is no zip of a card"),
            ("outside", &[("xx/x.json", b"1")], &outside, "is no name of a file"),
            ("from the root", &[("x/x.json", b"1")], &root, "is no name of a file"),
            ("below a file", &[("x", b"1"), ("x/y", b"2")], &keep, "stands below a file"),
            ("cut", CARD_ALONE, &cut, "is no zip of a card"),
            ("changed", &[("card.json", b"abcdefgh")], &changed, "card.json"),
            ("deflated", CARD_ALONE, &deflated, "is no zip of a card"),
        ] {
            let said = refused(members, change);
            assert!(said.as_ref().is_some_and(|said| said.contains(word)), "{name}: {said:?}");
        }
    }

    #[test]
    fn members_that_share_their_bytes_do_not_unpack_to_more_than_the_file() {
        let long = vec![b'a'; 10_000];
        let members: Vec<(String, &[u8])> =
            (0..8).map(|at| (format!("{at}.txt"), if at == 0 { long.as_slice() } else { b"" })).collect();
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();

        // Every entry of the directory names the first member's sizes.
        let said = packed(&members, |bytes| {
            let crc = bytes[14..26].to_vec();
            for at in 0..bytes.len() - 46 {
                if bytes[at..].starts_with(b"PK\x01\x02") {
                    bytes[at + 16..at + 28].copy_from_slice(&crc);
                    bytes[at + 42..at + 46].fill(0);
                }
            }
        })
        .unwrap_err()
        .to_string();

        assert!(said.contains("larger than itself") || said.contains("is no zip of a card"), "{said}");
    }
}
