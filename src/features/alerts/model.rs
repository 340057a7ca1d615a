use crate::features::places::model::Above;
use crate::types::Instant;
use serde::{Deserialize, Serialize};

/// An alert of a room or device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Alert {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub severity: Severity,
    pub message: String,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub place_id: String,
    /// Names from the building down.
    pub place_name: String,
    #[serde(flatten)]
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub above: Above,
    pub raised_at: Instant,
    pub acknowledged_at: Option<Instant>,
    /// Null while it is open.
    pub cleared_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Critical,
    Warning,
    Information,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Information];

    pub fn code(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::Warning => "warning",
            Severity::Information => "information",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Severity::Critical => "Critical",
            Severity::Warning => "Warning",
            Severity::Information => "Information",
        }
    }

    pub fn from_code(code: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.code() == code)
    }
}

impl From<String> for Severity {
    /// As it is stored. What cannot be read is not played down.
    fn from(code: String) -> Severity {
        Severity::from_code(&code).unwrap_or(Severity::Critical)
    }
}
