//! `Tabs(label, tabs, current)`: links to sibling pages; `current` is the path shown. A `Tab { label, href }` is current on its path and below it.

use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    pub label: String,
    pub href: String,
}

impl Tab {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Tab {
        Tab { label: label.into(), href: href.into() }
    }

    fn holds(&self, path: &str) -> bool {
        path.strip_prefix(&self.href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>, #[prop(into)] current: Signal<String>) -> impl IntoView {
    let all = StoredValue::new(tabs.clone());
    let one = |tab: Tab| {
        let (href, text) = (tab.href.clone(), tab.label.clone());
        // Of two that hold the path, the one nearer to it.
        let nearest = move |path: &String| {
            let nearer = |other: &Tab| other.href.len() > tab.href.len() && other.holds(path);
            tab.holds(path) && !all.with_value(|all| all.iter().any(nearer))
        };
        let here = move || current.with(&nearest).then_some("page");
        view! { <a href=href aria-current=here>{text}</a> }
    };
    view! { <nav class="tabs" aria-label=label>{tabs.into_iter().map(one).collect_view()}</nav> }
}
