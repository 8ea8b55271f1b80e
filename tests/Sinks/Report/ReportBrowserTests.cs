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

    private string Open(ReportRun run)
    {
        var file = Path.Combine(_folder, ReportFile.Name);
        ReportFile.Write(run, file);
        var (document, console) = Chromium.Open(file);
        Assert.Empty(console);
        Assert.Contains("data-drawn=\"yes\"", document);
        return document;
    }
}
