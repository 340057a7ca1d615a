//! `Glyph(icon)`: the small set of line icons, drawn on a 16 px grid in the colour of the text. Always decoration: the words stand beside it.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Bell,
    Briefcase,
    Building,
    Bulb,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    ChevronUp,
    Clock,
    Close,
    Copy,
    Device,
    Door,
    Eye,
    Fan,
    Grid,
    Info,
    Key,
    List,
    Lock,
    Mail,
    Menu,
    Minus,
    More,
    Pencil,
    Plug,
    Plus,
    Refresh,
    Search,
    Shield,
    SignOut,
    Sliders,
    Trash,
    User,
    Users,
    Warning,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Bell => "M4 11V7a4 4 0 0 1 8 0v4l1.3 1.5H2.7zM6.5 14.5h3",
            Icon::Briefcase => "M2 5.5h12v8H2zM5.5 5.5v-3h5v3M2 9.5h12",
            Icon::Building => "M3 14V2.5h6.5V14M9.5 6H13v8M1.5 14h13M5.5 5.5H7M5.5 8.5H7M5.5 11.5H7",
            Icon::Bulb => "M5.5 10.6a4.5 4.5 0 1 1 5 0V12h-5zM6 14.5h4",
            Icon::Check => "M3 8.5 6.5 12 13 4.5",
            Icon::ChevronDown => "m4 6 4 4 4-4",
            Icon::ChevronLeft => "M10 4 6 8l4 4",
            Icon::ChevronRight => "m6 4 4 4-4 4",
            Icon::ChevronUp => "m4 10 4-4 4 4",
            Icon::Clock => "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 4.5V8l2.5 1.5",
            Icon::Close => "m4 4 8 8M12 4l-8 8",
            Icon::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Icon::Device => {
                "M4 4h8v8H4zM6.5 4V1.5M9.5 4V1.5M6.5 14.5V12M9.5 14.5V12M4 6.5H1.5M4 9.5H1.5M14.5 6.5H12M14.5 9.5H12"
            }
            Icon::Door => "M4 14V2.5h8V14M2 14h12M9.5 8.2v.3",
            Icon::Eye => "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM6 8a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
            Icon::Fan => "M1.5 6H9a2 2 0 1 0-2-2M1.5 9h10.3a2 2 0 1 1-2 2M1.5 12H6",
            Icon::Grid => "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
            Icon::Info => "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 7.5V11M8 5v.2",
            Icon::Key => "M2.2 11a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M7 9l6.5-6.5M11 5l2 2",
            Icon::List => "M3.5 1.8h6l3 3v9.4h-9zM6 8h4M6 11h4",
            Icon::Lock => "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
            Icon::Mail => "M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5",
            Icon::Menu => "M2 4h12M2 8h12M2 12h12",
            Icon::Minus => "M3.5 8h9",
            Icon::More => {
                "M8 2.7a.4.4 0 1 1 0 .8.4.4 0 0 1 0-.8zM8 7.6a.4.4 0 1 1 0 .8.4.4 0 0 1 0-.8zM8 12.5a.4.4 0 1 1 0 .8.4.4 0 0 1 0-.8z"
            }
            Icon::Pencil => "m3 13 .6-2.8L10.8 3 13 5.2l-7.2 7.2zM9.2 4.6l2.2 2.2",
            Icon::Plug => "M5.5 1.8v3.7M10.5 1.8v3.7M3.5 5.5h9V8a4.5 4.5 0 0 1-9 0zM8 12.5v2.2",
            Icon::Plus => "M8 3v10M3 8h10",
            Icon::Refresh => "M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5",
            Icon::Search => "M2.5 7a4.5 4.5 0 1 0 9 0 4.5 4.5 0 1 0-9 0M10.3 10.3 14 14",
            Icon::Shield => "m8 1.8 5 1.9v4c0 3.2-2.1 5.4-5 6.5-2.9-1.1-5-3.3-5-6.5v-4z",
            Icon::SignOut => "M6.5 2.5H3v11h3.5M10 5l3 3-3 3M13 8H6.5",
            Icon::Sliders => {
                "M2 5h5.5M12.5 5H14M2 11h1.5M8.5 11H14M7.5 5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M3.5 11a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0"
            }
            Icon::Trash => "M2.5 4.5h11M6 4.5v-2h4v2M4.2 4.5l.6 9h6.4l.6-9M8 7v4",
            Icon::User => "M5.2 5a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M2.5 14c.6-3 2.8-4.3 5.5-4.3s4.9 1.3 5.5 4.3",
            Icon::Users => {
                "M3.6 5.2a2.4 2.4 0 1 0 4.8 0 2.4 2.4 0 1 0-4.8 0M1.5 13.5c.5-2.6 2.2-3.8 4.5-3.8s4 1.2 4.5 3.8M10.5 3a2.4 2.4 0 0 1 0 4.4M12 9.9c1.4.5 2.2 1.7 2.5 3.6"
            }
            Icon::Warning => "M8 2.2 14.3 13.5H1.7zM8 6.5v3.2M8 11.6v.1",
        }
    }
}

#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
