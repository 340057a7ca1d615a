use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyKind {
    /// The root: the organization itself.
    Organization,
    Distributor,
    Installer,
}

impl CompanyKind {
    pub fn code(self) -> &'static str {
        match self {
            CompanyKind::Organization => "organization",
            CompanyKind::Distributor => "distributor",
            CompanyKind::Installer => "installer",
        }
    }

    /// A distributor hangs below the root or a distributor, an installer below any; the root below nothing.
    pub fn may_hang_below(self, parent: CompanyKind) -> bool {
        match self {
            CompanyKind::Organization => false,
            CompanyKind::Distributor => parent != CompanyKind::Installer,
            CompanyKind::Installer => true,
        }
    }
}

/// A company to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyChoice {
    pub id: String,
    pub name: String,
    /// How deep below the root; 0 is the root.
    pub depth: u32,
}
