using System.Net;
using System.Text.RegularExpressions;
using Emergence.Sinks.Report;

namespace Emergence.Sinks.Tests.Report;

public sealed class ReportBrowserTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-browser-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ChromiumFact]
    public void Every_category_has_its_curves_axes_and_heat_map_and_nothing_is_said_on_the_console()
    {
        var run = SampleReport.Full();
        var document = Open(run);

        var cards = Regex.Matches(document, "<article class=\"card opens\".*?</article>", RegexOptions.Singleline).Select(m => m.Value).ToArray();
        Assert.Equal(run.Checkpoints[0].Curves.Select(c => (c.Facet, c.Category)).Distinct().Count(), cards.Length);
        Assert.All(cards, card =>
        {
            for (var layer = 0; layer < 4; layer++)
                Assert.Matches($"class=\"curve layer-{layer}\"", card);
            Assert.Equal(2, Regex.Count(card, "aria-label=\"x-axis tick label\""));
            Assert.Equal(2, Regex.Count(card, "aria-label=\"y-axis tick label\""));
            var heat = Regex.Match(card, "<g[^>]*class=\"heat\".*?</g>", RegexOptions.Singleline).Value;
            Assert.Equal(4 * run.Checkpoints.Count, Regex.Count(heat, "<rect"));
            Assert.Contains("class=\"band\"", card);
            Assert.Contains("class=\"floor\"", card);
        });
        Assert.Contains("class=\"curve loss\"", document);
    }

    [ChromiumFact]
    public void A_category_named_like_markup_is_shown_as_text_and_runs_nothing()
    {
        const string nasty = "</script><img src=x onerror=\"document.title='owned'\">";
        var document = Open(SampleReport.Small(nasty) with { Run = nasty });
        Assert.DoesNotContain("<title>owned", document);
        Assert.DoesNotContain("<img", document);
        Assert.Contains(WebUtility.HtmlEncode("</script><img").Replace("&quot;", "\"", StringComparison.Ordinal), document);
    }

    [ChromiumFact]
    public void Runs_with_one_checkpoint_or_none_still_open()
    {
        Assert.Contains("class=\"curve layer-0\"", Open(SampleReport.Of([0], 1, ("pos", ["noun"]))));
        Assert.Contains("No checkpoint has been committed yet.", Open(SampleReport.Of([], 1, ("pos", ["noun"]))));
    }

    [ChromiumFact]
    public void With_the_keyboard_alone_a_card_tells_its_values_opens_large_and_changes_statistic()
    {
        var run = SampleReport.Small();
        var document = Open(run, """
            const card = document.querySelector("article[data-category=noun]");
            const key = name => card.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
            card.focus();
            key("ArrowLeft");
            document.body.dataset.tip = document.getElementById("tip").innerText;
            key("Enter");
            document.querySelector("dialog input[value=coverage]").click();
            document.getElementById("theme").click();
            """);

        var value = run.Checkpoints[2].Curves.Single(c => c.Category == "noun" && c.Layer == 1).BestF1.Value;
        var tip = Regex.Match(document, "data-tip=\"([^\"]*)\"").Groups[1].Value;
        Assert.StartsWith("step 8", tip);
        Assert.Contains(value.ToString("0.00"), tip);
        Assert.Matches("<dialog[^>]* open", document);
        Assert.Contains("data-theme=\"light\"", document);
        var dialog = document[document.IndexOf("<dialog", StringComparison.Ordinal)..];
        Assert.Equal(1, Regex.Count(dialog, "class=\"curve layer-0\""));
        Assert.Equal(1, Regex.Count(dialog, "class=\"curve layer-1\""));
        var coverage = run.Checkpoints[^1].Curves.Single(c => c.Category == "noun" && c.Layer == 0).Coverage.Value;
        Assert.Contains($"<td>{coverage:0.00} <small>", dialog);
    }

    [ChromiumFact]
    public void What_goes_wrong_in_the_page_is_seen_by_these_tests()
    {
        var file = Path.Combine(_folder, "broken.html");
        File.WriteAllText(file, "<script>nothing.here()</script>");
        Assert.Contains("nothing is not defined", Assert.Single(Chromium.Open(file).Console));
    }

    private string Open(ReportRun run, string then = "")
    {
        var file = Path.Combine(_folder, ReportFile.Name);
        ReportFile.Write(run, file);
        if (then.Length > 0)
            File.AppendAllText(file, $"<script>{then}</script>");
        var (document, console) = Chromium.Open(file);
        Assert.Empty(console);
        Assert.Contains("data-drawn=\"yes\"", document);
        return document;
    }
}
