use crate::types::Topic;
use serde::{Deserialize, Serialize};

/// What the server says over `/live`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Message {
    /// Something of these topics changed: fetch it again.
    Changed { topics: Vec<Topic> },
    /// The session is over; the socket closes after this.
    Ended { reason: String },
}

impl Topic {
    pub const ALL: [Topic; 10] = [
        Topic::Users,
        Topic::Profiles,
        Topic::Sessions,
        Topic::Integrations,
        Topic::Access,
        Topic::Places,
        Topic::Alerts,
        Topic::Settings,
        Topic::ApiKeys,
        Topic::Members,
    ];
}
