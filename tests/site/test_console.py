"""The copy button of a console block gives its commands."""

from playwright.sync_api import Page

WRITTEN = "async () => await navigator.clipboard.readText() !== ''"


def test_copying_a_console_block_gives_the_commands_without_prompt_and_output(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/contribute/adopt/")
    copied = []
    for block in page.locator(".language-console").all():
        page.evaluate("navigator.clipboard.writeText('')")
        block.locator("[data-clipboard-target]").click()
        page.wait_for_function(WRITTEN)
        copied.append(page.evaluate("navigator.clipboard.readText()"))

    assert "HB060" in page.locator(".language-console").nth(1).inner_text()
    assert copied[1] == ".venv/bin/handbook check"
    assert copied[2].startswith("git add --all\ngit commit ")
    assert "$" not in "".join(copied)
