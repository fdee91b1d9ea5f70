//! What every handler may need to know of the site it belongs to.

use std::fmt;
use std::sync::Arc;

use domain::{Chance, Clock, new_id};

use crate::config::{Limits, Offload};

/// The site.
#[derive(Clone)]
pub struct Site {
    /// Address that people see, without a slash at its end.
    pub public_url: String,
    /// What may be sent.
    pub limits: Limits,
    /// Who sends files instead of this process.
    pub offload: Option<Offload>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Site {
    /// A site at this address.
    pub fn new(public_url: String, limits: Limits, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self { public_url, limits, offload: None, clock, chance }
    }

    /// The same site behind a proxy that sends files, when there is one.
    #[must_use]
    pub fn with_offload(self, offload: Option<Offload>) -> Self {
        Self { offload, ..self }
    }

    /// Whether people reach it through TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// A number for a request that no other request has.
    #[must_use]
    pub fn request_id(&self) -> String {
        new_id(&*self.clock, &*self.chance).simple().to_string()
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Site").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}
