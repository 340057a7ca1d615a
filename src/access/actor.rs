use super::{DeviceRight, Level, Levels, Role, Screen, company_of, inside};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whoever asks, with the grants that are live at the moment of asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    pub kind: ActorKind,
    /// Whose grants count, beside those of its teams: a user (the membership that acts), an API user, or an integration.
    /// Empty without a membership.
    pub subject_id: String,
    /// Empty for what is no person.
    pub account_id: String,
    pub name: String,
    pub organization_id: String,
    pub role: Role,
    /// The materialised path of the actor's company: it reaches that one and those below. Also that of a membership which
    /// is disabled, for the audit log; nothing opens then.
    pub company_path: String,
    /// What stands between the actor and everything but the personal center.
    pub gate: Option<Gate>,
    pub grants: Vec<Grant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    User,
    /// A third-party client, by its access token.
    Integration,
    /// A service account inside the organization, by its access token.
    ApiUser,
}

impl ActorKind {
    /// As the audit log and the HTTP API name it.
    pub fn code(self) -> &'static str {
        match self {
            ActorKind::User => "user",
            ActorKind::Integration => "integration",
            ActorKind::ApiUser => "api_user",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// A temporary password has not been replaced yet.
    PasswordChangeRequired,
    /// No active membership: only `/me` opens.
    NoMembership,
}

/// One live grant, as `decide` reads it. Time was applied when it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    pub id: String,
    pub source: Source,
    /// The team that it was given to, where it is not the actor's own.
    pub team: Option<Team>,
    pub levels: Levels,
    /// None is everything.
    pub place: Option<Place>,
    /// Milliseconds since 1970 UTC; none is without end.
    pub until: Option<i64>,
}

/// A node of the organization's tree, as a grant names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub id: String,
    pub path: String,
    pub full_name: String,
}

/// A team that the actor is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: String,
    pub name: String,
}

/// Where the rights of a grant stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Profile {
        id: String,
        name: String,
        builtin: bool,
    },
    /// A table of its own.
    Own,
    /// What was granted on one device, or on all.
    Device(DeviceRight),
}

impl Grant {
    /// What gave it, for people: `Technician`, `Own permissions`, `Control of devices through team Night shift`.
    pub fn reason(&self) -> String {
        let source = match &self.source {
            Source::Profile { name, .. } => name.clone(),
            Source::Own => "Own permissions".to_owned(),
            Source::Device(right) => format!("{} of devices", right.label()),
        };
        match &self.team {
            None => source,
            Some(team) => {
                let source = if self.source == Source::Own { "Permissions" } else { &source };
                format!("{source} through team {}", team.name)
            }
        }
    }

    /// Whether this grant gives `level` on `screen` at `place` (none: everywhere).
    pub fn covers(&self, screen: Screen, level: Level, place: Option<&str>) -> bool {
        if self.levels.get(screen) < level {
            return false;
        }
        match (&self.place, place) {
            (None, _) => true,
            (Some(mine), Some(wanted)) => inside(wanted, &mine.path),
            (Some(_), None) => false,
        }
    }
}

impl Actor {
    /// Its company; none without a membership.
    pub fn company_id(&self) -> Option<&str> {
        company_of(&self.company_path)
    }

    /// The highest level on a screen anywhere the grants open it, as navigation and strips show it.
    pub fn level(&self, screen: Screen) -> Level {
        if self.gate.is_some() {
            return Level::None;
        }
        self.grants
            .iter()
            .filter(|grant| screen.has_places() || grant.place.is_none())
            .map(|grant| grant.levels.get(screen))
            .max()
            .unwrap_or_default()
    }

    /// Whose grants its grants are: the actor itself, and the teams that it has any through.
    pub fn subject_ids(&self) -> Vec<&str> {
        let teams: BTreeSet<&str> =
            self.grants.iter().filter_map(|it| it.team.as_ref()).map(|it| it.id.as_str()).collect();
        std::iter::once(self.subject_id.as_str()).chain(teams).collect()
    }

    /// `level` for every screen.
    pub fn levels(&self) -> Levels {
        super::SCREENS.iter().map(|row| (row.screen, self.level(row.screen))).collect()
    }

    /// The same actor, on each screen with no more than `most`: a token that was narrowed, a key for some screens.
    #[must_use]
    pub fn narrowed(mut self, most: &Levels) -> Actor {
        for grant in &mut self.grants {
            grant.levels = grant.levels.min(most);
        }
        self.grants.retain(|grant| !grant.levels.is_empty());
        self
    }

    /// Holds the built-in profile everywhere, without end. Rank, company and password are the caller's to check.
    pub fn holds_builtin(&self) -> bool {
        self.grants.iter().any(|grant| {
            grant.place.is_none()
                && grant.until.is_none()
                && matches!(grant.source, Source::Profile { builtin: true, .. })
        })
    }
}
