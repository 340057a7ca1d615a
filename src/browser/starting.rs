//! The start of the application in a page that the server rendered: `app/start.js` and `style/start.css` go on from here.

use leptos::prelude::document;

const START: &str = "data-start";
const BROKEN: &str = "broken";
const HYDRATED: &str = "data-hydrated";

/// Sets free what waited for the application, and says so: `html[data-hydrated]`. Not after a panic: what was queued
/// before it still runs, but nothing that is pressed would be heard.
pub fn mark_hydrated() {
    let Some(root) = document().document_element() else { return };
    if root.get_attribute(START).as_deref() == Some(BROKEN) {
        return;
    }
    while let Ok(Some(control)) = document().query_selector("[disabled=disabled]") {
        let _ = control.remove_attribute("disabled");
    }
    let _ = root.set_attribute(HYDRATED, "");
}

/// Whether the application has taken over the page.
pub fn is_hydrated() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute(HYDRATED))
}

/// Says that the application did not start, and will not.
pub fn fail_start() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(START, BROKEN);
    }
}
