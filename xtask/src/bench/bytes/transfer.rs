//! One request over a plain connection, with as little of our own time in it as can be.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use rustix::fs::sendfile;

/// Most that is handed to the kernel, or taken from it, at once.
const STEP_BYTES: usize = 1 << 20;
/// Longest head of an answer.
const HEAD_BYTES: usize = 64 << 10;

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    /// Bytes of the body, which are not kept.
    pub(super) length: u64,
}

impl Answer {
    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// Asks `http://…`, with a file as the body where there is one.
pub(super) fn request(
    method: &str,
    url: &str,
    token: Option<&str>,
    body: Option<&Path>,
) -> io::Result<Answer> {
    let bare = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    let body = body.map(File::open).transpose()?;
    let length = body.as_ref().map_or(Ok(0), |file| file.metadata().map(|meta| meta.len()))?;
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: application/octet-stream\r\n{token}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if let Some(file) = body {
        let mut offset = 0;
        while offset < length {
            let step = usize::try_from(length - offset).unwrap_or(usize::MAX).min(4 * STEP_BYTES);
            if sendfile(&stream, &file, Some(&mut offset), step)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
    read(&mut stream)
}

fn read(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut piece = vec![0; STEP_BYTES];
    let mut beginning = Vec::new();
    let end = loop {
        let count = stream.read(&mut piece)?;
        beginning.extend_from_slice(piece.get(..count).unwrap_or_default());
        if let Some(end) = beginning.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if count == 0 || beginning.len() > STEP_BYTES + HEAD_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer has no head"));
        }
    };
    let mut length = (beginning.len() - end - 4) as u64;
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            break;
        }
        length += count as u64;
    }
    let head = String::from_utf8_lossy(beginning.get(..end).unwrap_or_default()).into_owned();
    let status = head.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok());
    let status =
        status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer has no status"))?;
    Ok(Answer { status, head, length })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_file_is_sent_whole_and_the_answer_counted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, vec![7; 3 * STEP_BYTES + 5]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/a/b?c", listener.local_addr().unwrap());
        let serve = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut seen, mut piece) = (Vec::new(), vec![0; STEP_BYTES]);
            while !seen.windows(4).any(|four| four == b"\r\n\r\n") || seen.len() < 3 * STEP_BYTES + 5 {
                let count = stream.read(&mut piece).unwrap();
                seen.extend_from_slice(piece.get(..count).unwrap());
            }
            stream.write_all(b"HTTP/1.1 201 Created\r\nLocation: /x\r\n\r\n12345").unwrap();
            seen
        });

        let answer = request("PUT", &url, Some("t"), Some(&file)).unwrap();

        let seen = serve.join().unwrap();
        assert!(seen.starts_with(b"PUT /a/b?c HTTP/1.1\r\n"));
        assert!(seen.ends_with(&vec![7; 3 * STEP_BYTES + 5]));
        assert_eq!((answer.status, answer.length, answer.header("location")), (201, 5, Some("/x")));
    }
}
