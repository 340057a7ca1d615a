use crate::access::Levels;
use crate::types::Millis;
use crate::types::Named;
use serde::{Deserialize, Serialize};

/// Code points in a name.
pub const NAME_MAX: u32 = 100;

/// Code points in a remark.
pub const REMARK_MAX: u32 = 500;

/// A key as its owner sees it: never what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub organization: Named,
    pub remark: String,
    /// The first characters of its secret.
    pub hint: String,
    /// What it was narrowed to; none is all that its owner may.
    pub levels: Option<Levels>,
    pub may_administer: bool,
    pub created_at: Millis,
    /// None is without end.
    pub expires_at: Option<Millis>,
    /// It has run out, and opens nothing any more.
    pub expired: bool,
    /// None: never yet.
    pub last_used_at: Option<Millis>,
    pub last_address: Option<String>,
}

impl ApiKey {
    /// What it opens of what its owner may.
    pub fn opens(&self, owner: &Levels) -> Levels {
        if self.expired {
            return Levels::NONE;
        }
        owner.min(&crate::access::most_of_key(self.levels, self.may_administer))
    }
}

/// All of *New API key*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewApiKey {
    pub name: String,
    /// None is the one that the owner acts in, which is the only one possible.
    pub organization_id: Option<String>,
    pub remark: String,
    pub levels: Option<Levels>,
    pub may_administer: bool,
    pub expires_at: Option<Millis>,
}

/// A key that was made, with its secret: shown once, nowhere kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub key: ApiKey,
    pub secret: String,
}
