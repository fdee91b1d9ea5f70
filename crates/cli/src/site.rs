//! Which server is asked, and with which token.

use clap::Args;
use reqwest::Url;

use crate::error::Error;

/// The server that is asked when nobody says another.
const USUAL: &str = "http://127.0.0.1:8080";

/// Which server to ask.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SiteArguments {
    /// Address of the server [else `VITRINE_SERVER`, `HF_ENDPOINT`, or `http://127.0.0.1:8080`]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
}

/// A server, and the token to show there and nowhere else.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Site {
    base: Url,
    token: Option<String>,
}

impl SiteArguments {
    /// The server and token that arguments and environment name.
    pub(crate) fn site(&self) -> Result<Site, Error> {
        Site::new(self.server.as_deref(), |name| std::env::var(name).ok())
    }
}

impl Site {
    /// The server of the argument, else of the variables; the token of the variables.
    fn new(server: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let set =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let named =
            server.map(str::to_owned).or_else(|| set("VITRINE_SERVER")).or_else(|| set("HF_ENDPOINT"));
        let token = set("VITRINE_TOKEN").or_else(|| set("HF_TOKEN"));
        Ok(Self { base: address(named.as_deref().unwrap_or(USUAL))?, token })
    }

    /// Another server; the token goes there only if it is the same one.
    pub(crate) fn at(&self, server: &str) -> Result<Self, Error> {
        let base = address(server)?;
        let token = self.token.clone().filter(|_| base.origin() == self.base.origin());
        Ok(Self { base, token })
    }

    /// An address below the server's, from a path that begins with `/`.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// The token, if there is one.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Whether the server is this machine, so that no proxy stands between.
    pub(crate) fn is_here(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl std::fmt::Display for Site {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Site({self})")
    }
}

fn address(text: &str) -> Result<Url, Error> {
    let wrong = || {
        Error::Usage(format!(
            "`{text}` is no address of a server; write one such as `https://vitrine.example`"
        ))
    };
    let url = Url::parse(text).map_err(|_no_address| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(server: Option<&str>, variables: &[(&str, &str)]) -> Result<Site, Error> {
        Site::new(server, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_argument_wins_over_variables_and_ours_over_the_hubs() {
        let all = [("VITRINE_SERVER", "http://a.example/"), ("HF_ENDPOINT", "http://b.example")];

        assert_eq!(site(Some("http://c.example"), &all).unwrap().to_string(), "http://c.example");
        assert_eq!(site(None, &all).unwrap().to_string(), "http://a.example");
        assert_eq!(site(None, &all[1..]).unwrap().to_string(), "http://b.example");
        assert_eq!(site(None, &[("VITRINE_SERVER", "")]).unwrap().to_string(), USUAL);
    }

    #[test]
    fn our_token_wins_over_the_hubs() {
        let all = [("VITRINE_TOKEN", "hf_a\n"), ("HF_TOKEN", "hf_b")];

        assert_eq!(site(None, &all).unwrap().token(), Some("hf_a"));
        assert_eq!(site(None, &all[1..]).unwrap().token(), Some("hf_b"));
        assert_eq!(site(None, &[]).unwrap().token(), None);
    }

    #[test]
    fn a_token_is_shown_to_no_other_server() {
        let home = site(Some("https://a.example"), &[("VITRINE_TOKEN", "hf_a")]).unwrap();

        assert_eq!(home.at("https://a.example/").unwrap().token(), Some("hf_a"));
        for other in ["http://a.example", "https://a.example:8443", "https://b.example"] {
            assert_eq!(home.at(other).unwrap().token(), None, "{other}");
        }
        assert!(!format!("{home:?}").contains("hf_"));
    }

    #[test]
    fn what_is_no_address_is_wrong_usage() {
        for bad in
            ["vitrine.example", "ftp://a.example", "http://", "http://u:p@a.example", "http://a.example/?x=1"]
        {
            assert!(matches!(site(Some(bad), &[]), Err(Error::Usage(_))), "{bad}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        for (server, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:1", true),
            ("http://localhost", true),
            ("http://10.0.0.1", false),
            ("https://localhost.example", false),
        ] {
            assert_eq!(site(Some(server), &[]).unwrap().is_here(), here, "{server}");
        }
    }
}
