using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Watching;

/// <summary>The whole graph over the tiny run's texts, written in other forms: the words are the same, so the curves must be.</summary>
[Collection(AloneCollection.Name)]
public sealed class TextFormsTests : IDisposable
{
    private readonly TinyRun _tiny = new(0, 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-forms-").FullName;

    public void Dispose()
    {
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Text_with_spans_gives_the_curves_that_words_give()
    {
        var words = await RunAsync("words", _tiny.Texts.ProbePath, _tiny.Texts.TrainingPath);
        var probe = Write("probe.jsonl", Documents(_tiny.Texts.ProbePath).Select(d => JsonSerializer.Serialize(new
        {
            id = d.Id,
            text = string.Join(' ', d.Words),
            genre = d.Genre,
            spans = new { pos = Spans(d) },
        })));
        File.Copy(Path.ChangeExtension(_tiny.Texts.ProbePath, ".facets.json"), Path.Combine(_folder, "probe.facets.json"));
        var text = Write("train.jsonl", Documents(_tiny.Texts.TrainingPath).Select(d => JsonSerializer.Serialize(new { text = string.Join(' ', d.Words), n = 1 })));
        Assert.Empty(TinyRun.Differences(words, await RunAsync("words", probe, text, fresh: true)));
    }

    [Fact]
    public async Task Conllu_and_packed_plain_text_are_watched()
    {
        var probe = Path.Combine(_folder, "probe.conllu");
        File.WriteAllLines(probe, Documents(_tiny.Texts.ProbePath).SelectMany(d => new[] { $"# newdoc id = {d.Id}" }
            .Concat(d.Words.Select((w, i) => $"{i + 1}\t{w}\t_\t{d.Tags[i].ToUpperInvariant()}\t_\t_\t0\tdep\t_\t_")).Append("")));
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "texts")).FullName;
        foreach (var document in Documents(_tiny.Texts.TrainingPath))
        {
            using var file = new GZipStream(File.Create(Path.Combine(folder, $"{document.Id}.txt.gz")), CompressionLevel.Optimal);
            file.Write(Encoding.UTF8.GetBytes(string.Join('\n', document.Words)));
        }

        await RunAsync("conllu", probe, folder);
        var firings = RunFolderReader.Open(_tiny.Run("conllu")).Read(1, Tables.Firings).Firings;
        Assert.Equal(["deprel", "upos"], firings.Select(f => f.Facet).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["NOUN", "OTHER", "VERB"], firings.Where(f => f.Facet == "upos").Select(f => f.Category).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TokenType.UInt32)]
    public async Task Token_ids_are_watched(TokenType? type)
    {
        var ids = Documents(_tiny.Texts.TrainingPath).SelectMany(d => d.Words).Select(w => _tiny.Texts.Tokenizer.Encode(w)).ToArray();
        var path = Path.Combine(_folder, "train.bin");
        File.WriteAllBytes(path, type is null ? MemoryMarshal.AsBytes(ids.Select(i => (ushort)i).ToArray().AsSpan()) : MemoryMarshal.AsBytes(ids.AsSpan()));
        await RunAsync("ids", _tiny.Texts.ProbePath, path, type);
        Assert.Equal([0L, 1L], RunFolderReader.Open(_tiny.Run("ids")).ListSteps());
    }

    [Fact]
    public async Task A_probe_of_columns_takes_its_names_from_the_setting_and_several_texts_are_one()
    {
        var probe = Path.Combine(_folder, "probe.tsv");
        File.WriteAllLines(probe, Documents(_tiny.Texts.ProbePath).SelectMany(d => new[] { $"# newdoc id = {d.Id}" }.Concat(d.Words.Select((w, i) => $"{w}\tB-{d.Tags[i]}")).Append("")));
        var documents = Documents(_tiny.Texts.TrainingPath);
        var first = Write("a.jsonl", documents.Take(9).Select(d => JsonSerializer.Serialize(new { text = string.Join(' ', d.Words) })));
        var second = Write("b.jsonl", documents.Skip(9).Select(d => JsonSerializer.Serialize(new { id = d.Id, tokens = d.Words })));
        await RunAsync("columns", probe, $"{first},{second}", columns: "word,pos");
        var whole = RunFolderReader.Open(_tiny.Run("columns")).Read(1, Tables.Firings).Firings;
        Assert.Equal(["noun", "other", "verb"], whole.Select(f => f.Category).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_document_that_is_measured_too_is_refused_by_its_text()
    {
        var text = Write("train.jsonl", Documents(_tiny.Texts.TrainingPath).Concat(Documents(_tiny.Texts.ProbePath).Skip(3).Take(1)).Select(d => JsonSerializer.Serialize(new { text = string.Join(' ', d.Words) })));
        var problem = await Assert.ThrowsAsync<BadInputException>(() => RunAsync("overlap", _tiny.Texts.ProbePath, text));
        Assert.Equal("line 17", problem.Place);
        Assert.Contains("in the probe set", problem.Problem);
    }

    [Fact]
    public async Task Ids_that_the_model_has_not_and_texts_without_tokens_are_refused()
    {
        var path = Path.Combine(_folder, "train.bin");
        File.WriteAllBytes(path, [1, 0, 41, 0]);
        Assert.Equal("token 1", (await Assert.ThrowsAsync<BadInputException>(() => RunAsync("ids", _tiny.Texts.ProbePath, path))).Place);
        Assert.Contains("no document of the text gives a token", (await Assert.ThrowsAsync<BadInputException>(() => RunAsync("none", _tiny.Texts.ProbePath, Write("t.jsonl", ["""{"text":" "}"""])))).Problem);
    }

    private static List<Document> Documents(string path) => [.. File.ReadLines(path).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        string[] List(string key) => json.RootElement.TryGetProperty(key, out var list) ? [.. list.EnumerateArray().Select(e => e.GetString()!)] : [];
        return new Document(json.RootElement.GetProperty("id").GetString()!, List("tokens"), List("pos"), json.RootElement.TryGetProperty("genre", out var genre) ? genre.GetString() : null);
    })];

    private static List<object[]> Spans(Document document)
    {
        var spans = new List<object[]>();
        var at = 0;
        foreach (var (word, tag) in document.Words.Zip(document.Tags))
        {
            spans.Add([at, at + word.Length, tag]);
            at += word.Length + 1;
        }

        return spans;
    }

    private string Write(string name, IEnumerable<string> lines)
    {
        File.WriteAllLines(Path.Combine(_folder, name), lines);
        return Path.Combine(_folder, name);
    }

    private async Task<SortedDictionary<string, byte[]>> RunAsync(string run, string probe, string text, TokenType? type = null, string? columns = null, bool fresh = false)
    {
        if (fresh)
        {
            Directory.Delete(_tiny.Run(run), recursive: true);
        }

        var settings = new WatchSettings
        {
            Checkpoints = _tiny.Checkpoints,
            Probe = probe,
            ProbeColumns = columns,
            Text = text,
            TokenType = type,
            Run = _tiny.Run(run),
            Follow = false,
            Context = TinyModel.Context,
            BatchRows = 8,
            Features = 64,
            K = 4,
            Budget = 2048,
            Threads = 1,
        };
        Assert.Empty(settings.Problems());
        await new WatchRun(settings, new Silent(), TimeProvider.System).RunAsync(default, default);
        return TinyRun.Curves(_tiny.Run(run));
    }

    private sealed record Document(string Id, string[] Words, string[] Tags, string? Genre);

    private sealed class Silent : IWatchObserver
    {
        public void On(WatchEvent watchEvent)
        {
        }
    }
}
