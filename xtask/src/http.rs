//! Single requests to a server on this machine.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longest pause in an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest answer that is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// A status and a body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    /// Such as 200.
    pub(crate) status: u16,
    /// What came after the head.
    pub(crate) body: String,
}

/// `GET` without a token from `http://HOST:PORT`.
pub(crate) fn get(address: &str, path: &str) -> io::Result<Answer> {
    ask(address, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// `POST` of JSON with a token.
pub(crate) fn post(address: &str, path: &str, token: &str, json: &str) -> io::Result<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n",
        json.len()
    );
    ask(address, &head, json)
}

fn ask(address: &str, head: &str, body: &str) -> io::Result<Answer> {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // In one piece: who answers early and hangs up must not cut the question.
    stream.write_all(format!("{head}Host: {host}\r\nConnection: close\r\n\r\n{body}").as_bytes())?;
    let mut answer = BufReader::new(stream.take(MOST_BYTES));
    let mut line = String::new();
    answer.read_line(&mut line)?;
    let code = line.split_ascii_whitespace().nth(1).and_then(|code| code.parse().ok());
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("no HTTP status in `{}`", line.trim()));
    let status = code.ok_or_else(wrong)?;
    let mut rest = String::new();
    answer.read_to_string(&mut rest)?;
    let body = rest.split_once("\r\n\r\n").map(|(_head, body)| body.to_owned()).unwrap_or_default();
    Ok(Answer { status, body })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn an_answer_is_its_status_and_what_comes_after_its_head() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serve = thread::spawn(move || {
            for answer in
                ["HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 201 Created\r\nA: b\r\n\r\n{}", "nonsense\r\n"]
            {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });

        assert_eq!(get(&address, "/none").unwrap(), Answer { status: 404, body: String::new() });
        let made = post(&address, "/new", "token", "{}").unwrap();
        assert_eq!(made, Answer { status: 201, body: "{}".to_owned() });
        assert!(get(&address, "/none").is_err());
        serve.join().unwrap();
    }
}
