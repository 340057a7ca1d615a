use serde::{Deserialize, Serialize};

/// The rank of a user. A role never opens a screen; it bounds whom one may administer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    OperationsEngineer,
    CommonManager,
}

impl From<i64> for Role {
    fn from(stored: i64) -> Role {
        Role::from_stored(stored)
    }
}

impl Role {
    /// Highest first, as forms list them.
    pub const ALL: [Role; 3] = [Role::CommonManager, Role::OperationsEngineer, Role::Owner];

    /// 1, 2, 3 as stored in `users.role`.
    pub fn stored(self) -> i64 {
        self as i64 + 1
    }

    /// The lowest for anything that is not a stored role: an unknown rank must not be a high one.
    pub fn from_stored(value: i64) -> Role {
        match value {
            3 => Role::CommonManager,
            2 => Role::OperationsEngineer,
            _ => Role::Owner,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::OperationsEngineer => "operations_engineer",
            Role::CommonManager => "common_manager",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::OperationsEngineer => "Operations Engineer",
            Role::CommonManager => "Common Manager",
        }
    }

    /// The roles that one of this rank may give: its own and those below; an Owner gives none.
    pub fn may_give(self) -> &'static [Role] {
        match self {
            Role::CommonManager => &Role::ALL,
            Role::OperationsEngineer => &[Role::OperationsEngineer, Role::Owner],
            Role::Owner => &[],
        }
    }
}
