use super::screens::{SCREENS, Screen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is granted on a screen. Full contains read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    None,
    Read,
    Full,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::None, Level::Read, Level::Full];

    /// 0, 1, 2 as stored in `levels.level`; anything else is none.
    pub fn from_stored(value: i64) -> Level {
        match value {
            1 => Level::Read,
            2 => Level::Full,
            _ => Level::None,
        }
    }

    pub fn stored(self) -> i64 {
        self as i64
    }

    pub fn label(self) -> &'static str {
        match self {
            Level::None => "None",
            Level::Read => "Read",
            Level::Full => "Full",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Read => "read",
            Level::Full => "full",
        }
    }
}

/// A table screen → level. A screen that is not in it has level none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Level>", into = "BTreeMap<String, Level>")]
pub struct Levels([Level; SCREENS.len()]);

impl Levels {
    pub const NONE: Levels = Levels([Level::None; SCREENS.len()]);
    pub const FULL: Levels = Levels([Level::Full; SCREENS.len()]);

    pub fn get(&self, screen: Screen) -> Level {
        self.0[screen as usize]
    }

    #[must_use]
    pub fn with(mut self, screen: Screen, level: Level) -> Levels {
        self.0[screen as usize] = level;
        self
    }

    /// Per screen the higher of the two.
    #[must_use]
    pub fn max(mut self, other: &Levels) -> Levels {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = (*mine).max(theirs);
        }
        self
    }

    /// Per screen the lower of the two.
    #[must_use]
    pub fn min(mut self, other: &Levels) -> Levels {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = (*mine).min(theirs);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|level| *level == Level::None)
    }

    /// Whether it opens a screen of the administration.
    pub fn administers(&self) -> bool {
        self.open().any(|(screen, _)| screen.row().administration)
    }

    /// Every screen with its level, in catalog order, none included.
    pub fn all(&self) -> impl Iterator<Item = (Screen, Level)> + '_ {
        SCREENS.iter().map(|row| (row.screen, self.get(row.screen)))
    }

    /// Only the screens that are open, in catalog order.
    pub fn open(&self) -> impl Iterator<Item = (Screen, Level)> + '_ {
        self.all().filter(|(_, level)| *level != Level::None)
    }
}

impl FromIterator<(Screen, Level)> for Levels {
    fn from_iter<I: IntoIterator<Item = (Screen, Level)>>(rows: I) -> Self {
        rows.into_iter().fold(Levels::NONE, |levels, (screen, level)| levels.with(screen, level))
    }
}

impl From<Levels> for BTreeMap<String, Level> {
    fn from(levels: Levels) -> Self {
        levels.open().map(|(screen, level)| (screen.code().to_owned(), level)).collect()
    }
}

impl TryFrom<BTreeMap<String, Level>> for Levels {
    type Error = String;

    /// Fails on a screen that the catalog does not have.
    fn try_from(table: BTreeMap<String, Level>) -> Result<Self, String> {
        table
            .into_iter()
            .map(|(code, level)| {
                let screen = Screen::from_code(&code).ok_or_else(|| format!("there is no screen {code}"))?;
                Ok((screen, level))
            })
            .collect()
    }
}
