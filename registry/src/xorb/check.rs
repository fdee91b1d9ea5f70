//! A xorb is checked while it comes: nothing of it is held but the chunk that is being read.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use xet::{Hash, Reader, Xorb};

use crate::Error;

/// The bytes of the chunks of a xorb, without what older clients send after them. Ends with an error, so that nothing is
/// kept, when it is no xorb or has another hash; else `checked` is set.
pub(super) fn while_it_comes<S>(
    body: S,
    announced: Hash,
    checked: &mut Option<Xorb>,
) -> impl Stream<Item = io::Result<Bytes>>
where
    S: Stream<Item = io::Result<Bytes>>,
{
    let begun = (Box::pin(body), Some(Reader::default()), checked);
    stream::try_unfold(begun, move |(mut body, mut reader, checked)| async move {
        let Some(mut reading) = reader.take() else { return Ok(None) };
        if let Some(piece) = body.try_next().await? {
            let bytes = reading.push(&piece, |_chunk| Ok::<_, xet::Error>(())).map_err(io::Error::other)?;
            return Ok(Some((bytes.into(), (body, Some(reading), checked))));
        }
        let read = reading.finish().map_err(io::Error::other)?;
        if read.hash() != announced {
            let (found, wanted) = (read.hash(), announced);
            return Err(io::Error::other(xet::Error::Hash { what: "the xorb", found, wanted }));
        }
        *checked = Some(read);
        Ok(None)
    })
}

/// What was wrong with the xorb, where that and not the sender ended the upload.
pub(super) fn refusal(error: Error) -> Error {
    let Error::UploadCut { source } = &error else { return error };
    let found = source.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match found.and_then(|found| found.downcast_ref::<xet::Error>()) {
        Some(wrong) => wrong.clone().into(),
        None => error,
    }
}
