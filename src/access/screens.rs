//! The screen catalog: the one table that navigation, routes, guards, docs and tests come from.

use serde::{Deserialize, Serialize};

/// One area of the platform. The order is the order of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    Overview,
    Rooms,
    Alerts,
    Lighting,
    Hvac,
    Devices,
    Users,
    Profiles,
    Sessions,
    Integrations,
    Companies,
    Members,
    Audit,
    Settings,
}

/// Which target each row of a screen has; see `Target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Rows stand in a place: a grant limited to a place opens the rows inside it.
    Place,
    /// Rows are users, integrations or API users: bounded by company and rank.
    Member,
    /// Rows are companies, or belong to one.
    Company,
    /// Rows belong to the organization as a whole.
    Organization,
}

pub struct ScreenRow {
    pub screen: Screen,
    pub code: &'static str,
    pub label: &'static str,
    pub rows: Rows,
    /// The page in the console; none yet for a screen that only stands in profile forms.
    pub path: Option<&'static str>,
    /// Stands under *Administration* in the side bar.
    pub administration: bool,
}

const fn row(
    screen: Screen,
    code: &'static str,
    label: &'static str,
    rows: Rows,
    path: Option<&'static str>,
    administration: bool,
) -> ScreenRow {
    ScreenRow { screen, code, label, rows, path, administration }
}

pub const SCREENS: [ScreenRow; 14] = [
    row(Screen::Overview, "overview", "Overview", Rows::Organization, None, false),
    row(Screen::Rooms, "rooms", "Rooms", Rows::Place, Some("/rooms"), false),
    row(Screen::Alerts, "alerts", "Alerts", Rows::Place, Some("/alerts"), false),
    row(Screen::Lighting, "lighting", "Lighting", Rows::Place, Some("/lighting"), false),
    row(Screen::Hvac, "hvac", "HVAC", Rows::Place, Some("/hvac"), false),
    row(Screen::Devices, "devices", "Devices", Rows::Place, Some("/devices"), false),
    row(Screen::Users, "users", "Users", Rows::Member, Some("/users"), true),
    row(Screen::Profiles, "profiles", "Profiles", Rows::Organization, Some("/profiles"), true),
    row(Screen::Sessions, "sessions", "Sessions", Rows::Member, Some("/sessions"), true),
    row(Screen::Integrations, "integrations", "Integrations", Rows::Member, Some("/integrations"), true),
    row(Screen::Companies, "companies", "Companies", Rows::Company, None, true),
    row(Screen::Members, "members", "Members", Rows::Member, Some("/members/teams"), true),
    row(Screen::Audit, "audit", "Audit", Rows::Company, None, true),
    row(Screen::Settings, "settings", "Settings", Rows::Organization, Some("/settings"), true),
];

impl Screen {
    pub fn row(self) -> &'static ScreenRow {
        &SCREENS[self as usize]
    }

    pub fn code(self) -> &'static str {
        self.row().code
    }

    pub fn label(self) -> &'static str {
        self.row().label
    }

    pub fn from_code(code: &str) -> Option<Screen> {
        SCREENS.iter().find(|row| row.code == code).map(|row| row.screen)
    }

    /// Whether a grant limited to a place opens anything on this screen.
    pub fn has_places(self) -> bool {
        self.row().rows == Rows::Place
    }
}
