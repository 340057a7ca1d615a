//! What stands over a page and is in a chunk that the page is not in: the page says when it is needed, `app/chunks/over.rs`
//! fetches it, and shows a frame as long as it is waited for.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

#[derive(Clone, Copy)]
pub struct Over {
    /// Whether the address asks for something.
    pub asked: Memo<bool>,
    framed: StoredValue<bool>,
    drawn: RwSignal<bool>,
    /// Leads to the page with nothing over it.
    pub close: Callback<()>,
}

impl Over {
    pub fn new(asked: fn(&ParamsMap) -> bool, close: Callback<()>) -> Over {
        let query = use_query_map();
        let asked = Memo::new(move |_| query.with(asked));
        // An address that asks for it is rendered with it, and hydrated once its chunk is there.
        Over { asked, framed: StoredValue::new(false), drawn: RwSignal::new(asked.get_untracked()), close }
    }

    /// Said by what is in the chunk, which is there now. Where that took no time there is no frame, and none is needed.
    pub fn has_come(self) {
        if !self.framed.get_value() {
            self.drawn.set(true);
        }
    }

    /// Said by it when it stands there in place of the frame.
    pub fn is_drawn(self) {
        if !self.drawn.get_untracked() {
            self.drawn.set(true);
        }
    }

    pub fn needs_frame(self) -> bool {
        let needs = self.asked.get() && !self.drawn.get();
        if needs {
            self.framed.set_value(true);
        }
        needs
    }
}

/// How a page comes by it.
#[derive(Clone, Copy)]
pub struct Apart {
    pub view: fn(Over) -> AnyView,
    /// Fetches its chunk, which may be needed soon.
    pub ahead: fn(),
}
