use serde::{Deserialize, Serialize};

/// Code points in the name of an organization.
pub const NAME_MAX: u32 = 100;

/// An organization's settings as page and HTTP API show them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub name: String,
    /// Without a click or key, after which a session ends; 0 is never.
    pub inactivity_minutes: i64,
    pub version: i64,
    /// None: what mail would carry is shown once, to be handed over.
    pub mail: Option<MailServer>,
    /// Why this person may not change them; none when they may.
    pub why_not: Option<String>,
}

/// The mail server of the installation, which the operator sets; never its password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailServer {
    /// Host and port.
    pub server: String,
    pub from: String,
    /// How the way to it is kept private, in words.
    pub privacy: String,
}

/// The organization's inactivity limit as one person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inactivity {
    /// Without a click or key, after which a session ends; 0 is never.
    pub minutes: i64,
    /// Why this person may not change it; none when they may.
    pub why_not: Option<String>,
    /// Of the organization's settings, which it is one of.
    pub version: i64,
}

/// The choices of the inactivity limit in minutes; 0 is never.
pub const IDLE_CHOICES: [(i64, &str); 7] = [
    (5, "5 minutes"),
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "1 hour"),
    (240, "4 hours"),
    (480, "8 hours"),
    (0, "Never"),
];

/// What an edit changes; none leaves a setting as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SettingsChange {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub inactivity_minutes: Option<i64>,
}

/// A mail server's own answer to a test mail that it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    pub to: String,
    pub answer: String,
}

impl Settings {
    pub fn inactivity(&self) -> Inactivity {
        Inactivity { minutes: self.inactivity_minutes, why_not: self.why_not.clone(), version: self.version }
    }

    /// One sentence each, for the second of two editors.
    pub fn in_words(&self) -> Vec<String> {
        let label = IDLE_CHOICES.iter().find(|(minutes, _)| *minutes == self.inactivity_minutes);
        let label =
            label.map_or_else(|| format!("{} minutes", self.inactivity_minutes), |(_, label)| (*label).to_owned());
        vec![format!("The name is “{}” now.", self.name), format!("The inactivity logout is “{label}” now.")]
    }
}
