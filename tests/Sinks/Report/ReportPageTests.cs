using System.Text.Json;
using System.Text.RegularExpressions;
using Emergence.Sinks.Report;

namespace Emergence.Sinks.Tests.Report;

public sealed class ReportPageTests
{
    private const string Nasty = "</script><script>document.title='owned'</script><!-- & \u2028";

    [Fact]
    public void Text_of_the_run_cannot_end_an_element_and_comes_back_unchanged_from_the_data()
    {
        var run = SampleReport.Small(Nasty) with { Run = Nasty };
        var html = Html(run);
        var plain = Html(SampleReport.Small() with { Run = "plain" });

        Assert.DoesNotContain("document.title='owned'", html);
        Assert.Equal(Regex.Count(plain, "</script>"), Regex.Count(html, "</script>"));
        Assert.Equal(Regex.Count(plain, "<!--"), Regex.Count(html, "<!--"));
        var data = Data(html);
        Assert.Equal(Nasty, data.GetProperty("run").GetString());
        Assert.Equal(Nasty, data.GetProperty("curves")[0].GetProperty("category").GetString());
    }

    [Fact]
    public void Data_holds_every_curve_in_step_order_whatever_order_the_checkpoints_came_in()
    {
        var run = SampleReport.Small();
        var data = Data(Html(run with { Checkpoints = [.. run.Checkpoints.Reverse()] }));

        Assert.Equal([0, 1, 8, 64], data.GetProperty("steps").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(4, data.GetProperty("curves").GetArrayLength());
        var verb = data.GetProperty("curves").EnumerateArray().Single(c => c.GetProperty("category").GetString() == "verb" && c.GetProperty("layer").GetInt32() == 1);
        var expected = run.Checkpoints.Select(c => c.Curves.Single(r => r.Category == "verb" && r.Layer == 1)).ToArray();
        var f1 = verb.GetProperty("best_f1");
        foreach (var (column, value) in new (string, Func<int, double>)[]
        {
            ("value", i => expected[i].BestF1.Value), ("low", i => expected[i].BestF1.Low), ("high", i => expected[i].BestF1.High), ("null", i => expected[i].BestF1.Null), ("null99", i => expected[i].BestF1Null99),
        })
        {
            Assert.All(f1.GetProperty(column).EnumerateArray().Select((v, i) => (v.GetDouble(), value(i))), p => Assert.Equal(p.Item2, p.Item1, 1e-4));
        }
    }

    [Fact]
    public void A_category_that_a_checkpoint_lacks_and_a_number_that_is_none_are_gaps_not_zeros()
    {
        var run = SampleReport.Small();
        var holes = run.Checkpoints.ToArray();
        holes[1] = holes[1] with { Curves = [.. holes[1].Curves.Where(c => c.Category != "verb")], TokensSeen = null };
        holes[2] = holes[2] with { Health = [.. holes[2].Health.Select(h => h with { LmLoss = double.NaN })] };
        var data = Data(Html(run with { Checkpoints = holes }));

        var verb = data.GetProperty("curves").EnumerateArray().First(c => c.GetProperty("category").GetString() == "verb");
        Assert.Equal([false, true, false, false], verb.GetProperty("coverage").GetProperty("value").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("loss")[2].ValueKind);
        Assert.Equal(JsonValueKind.Null, data.GetProperty("tokens")[1].ValueKind);
    }

    [Fact]
    public void The_page_names_no_address_it_would_load_from()
    {
        var html = Html(SampleReport.Small());
        Assert.DoesNotMatch("<(script|link|img|iframe)[^>]+(src|href)=", html);
        Assert.Contains("default-src 'none'", html);
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes() => Assert.Equal(Html(SampleReport.Small()), Html(SampleReport.Small()));

    [Fact]
    public void The_licences_of_the_chart_library_are_in_the_page()
    {
        var html = Html(SampleReport.Small());
        Assert.Contains("Copyright 2010-2023 Mike Bostock", html);
        Assert.Contains("Observable, Inc.", html);
        Assert.Contains("Mikola Lysenko", html);
    }

    private static string Html(ReportRun run)
    {
        using var writer = new StringWriter();
        ReportPage.Write(run, writer);
        return writer.ToString();
    }

    private static JsonElement Data(string html)
    {
        var match = Regex.Match(html, "<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline);
        using var document = JsonDocument.Parse(match.Groups[1].Value);
        return document.RootElement.Clone();
    }
}
