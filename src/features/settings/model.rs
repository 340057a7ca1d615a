use serde::{Deserialize, Serialize};

/// Code points in the name of an organization.
pub const NAME_MAX: u32 = 100;

/// An organization's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Settings {
    pub name: String,
    /// 0 means never.
    pub inactivity_minutes: i64,
    pub version: i64,
    /// Null without a mail server. The operator configures it, not the API.
    pub mail: Option<MailServer>,
}

/// The mail server, without its password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct MailServer {
    /// Host and port.
    pub server: String,
    pub from: String,
    /// Whether the connection is encrypted, in words.
    pub privacy: String,
}

/// The settings as one person sees them in the console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    pub settings: Settings,
    /// Why this person may not change them; none when they may.
    pub why_not: Option<String>,
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

/// What an edit changes; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct SettingsChange {
    pub name: Option<String>,
    pub inactivity_minutes: Option<i64>,
}

/// The mail server's response when it accepted the mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct MailTaken {
    pub to: String,
    pub answer: String,
}

impl SettingsView {
    pub fn inactivity(&self) -> Inactivity {
        let Settings { inactivity_minutes, version, .. } = self.settings;
        Inactivity { minutes: inactivity_minutes, why_not: self.why_not.clone(), version }
    }
}

impl Settings {
    /// One sentence each, for the second of two editors.
    pub fn in_words(&self) -> Vec<String> {
        let label = IDLE_CHOICES.iter().find(|(minutes, _)| *minutes == self.inactivity_minutes);
        let label =
            label.map_or_else(|| format!("{} minutes", self.inactivity_minutes), |(_, label)| (*label).to_owned());
        vec![format!("The name is now “{}”.", self.name), format!("The inactivity logout is now “{label}”.")]
    }
}
