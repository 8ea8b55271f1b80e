using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Tokens;

/// <summary>Damaged texts of every format, drawn from a seed: read, or refused as bad input; nothing else ever.</summary>
public sealed class MutationTests : IDisposable
{
    private static readonly string[] s_fragments =
        ["\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "\\ud83d", "\\u0000", "\0", "\n", "\r", "\r\n", "\t", " ", "\uFEFF", "null", "true", "-1", "1e999", "99999999999999999999", "1-2", "1.1", "2-1", "# newdoc id = x", "# text = ", "# columns: word", "-DOCSTART-", "B-", "I-", "O", "_", "🎉", "\"text\":", "\"tokens\":[", "\"spans\":{", "\"id\":"];

    private readonly TextFolder _folder = new();

    public static TheoryData<string, int> Probes => new()
    {
        { "a.jsonl", 8000 }, { "p.jsonl", 6000 }, { "a.conllu", 8000 }, { "a.conll", 6000 }, { "a.tsv", 4000 }, { "a.jsonl.gz", 3000 }, { "a.conllu.gz", 2000 },
    };

    public static TheoryData<string, int> Trainings => new()
    {
        { "t.jsonl", 8000 }, { "w.jsonl", 4000 }, { "t.txt", 3000 }, { "t.bin", 2000 }, { "t.npy", 6000 }, { "t.jsonl.gz", 3000 }, { "t.txt.gz", 2000 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Probes))]
    public void Damaged_probe_texts(string name, int cases) => Run(name, cases, path => _ = ProbeText.Read(path, new LetterTokenizer(), name.EndsWith(".tsv", StringComparison.Ordinal) ? "word,ner" : null));

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Damaged_training_texts(string name, int cases) => Run(name, cases, path =>
    {
        using var corpus = TrainingCorpus.Open([path], new LetterTokenizer(), 300);
        using var stream = new TrainingStream(corpus.Documents, 1);
        if (stream.HasTokens)
        {
            _ = stream.Read(0, 2, 9);
        }
    });

    private void Run(string name, int cases, Action<string> read)
    {
        var random = new Random((name.Length * 1000) + name[0]);
        var seed = Sample(name);
        var path = _folder.Path(name);
        File.WriteAllBytes(path, seed);
        read(path);
        var (good, refused) = (0, 0);
        for (var i = 0; i < cases; i++)
        {
            var bytes = Mutate(random, name.EndsWith(".gz", StringComparison.Ordinal) && random.Next(2) == 0 ? Unpacked(name) : seed);
            File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) && !bytes.AsSpan().StartsWith(new byte[] { 0x1F, 0x8B }) ? Packed.Bytes(bytes) : bytes);
            try
            {
                read(path);
                good++;
            }
            catch (BadInputException e)
            {
                Assert.NotEmpty(e.Problem);
                refused++;
            }
        }

        // A sample of which nothing is refused, or all, would show nothing.
        Assert.InRange(refused, cases / 50, cases);
        Assert.InRange(good, name.StartsWith("t.npy", StringComparison.Ordinal) ? 1 : cases / 500, cases);
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20)));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(s_fragments[random.Next(s_fragments.Length)]));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    var from = random.Next(bytes.Count + 1);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(bytes.Count - from, random.Next(40))));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Sample(string name) => name.EndsWith(".gz", StringComparison.Ordinal) ? Packed.Bytes(Unpacked(name)) : Unpacked(name);

    private static byte[] Unpacked(string name) => name.Replace(".gz", "", StringComparison.Ordinal) switch
    {
        "a.jsonl" => Encoding.UTF8.GetBytes("""
            {"id":"n1","text":"🎉 Ada was \"born\" in London.","genre":"news","spans":{"ner":[[2,5,"person"],[20,26,"place"]],"pos":[[6,9,"verb"]]}}
            {"text":"She wrote \u00e9 \ud83d\ude00.","genre":null,"year":1843,"spans":{"ner":[[0,3,"person"]]}}
            """),
        "w.jsonl" => Encoding.UTF8.GetBytes("""
            {"id":"ca01","tokens":["The","jury","said"]}
            {"id":"ca02","tokens":["Committee","\u00e9","a"]}
            """),
        "p.jsonl" => Encoding.UTF8.GetBytes("""
            {"id":"ca01","tokens":["The","jury","said"],"genre":"a","pos":["at","nn",null]}
            {"id":"ca02","tokens":["Committee","\u00e9"],"genre":null,"pos":["nn","nn"]}
            """),
        "a.conllu" => Encoding.UTF8.GetBytes(
            "# newdoc id = l\n# text = Don't go, Ada.\n1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_\n2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_\n"
            + "3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No\n3.1\tx\t_\tX\t_\t_\t_\t_\t_\t_\n4\t,\t,\tPUNCT\t,\t_\t3\tpunct\t_\t_\n5\tAda\tAda\tPROPN\tNNP\t_\t3\tvocative\t_\tSpaceAfter=No\n6\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_\n\n"
            + "# newdoc\n# newpar\n1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_\n1\tde\t_\tADP\t_\t_\t0\troot\t_\t_\n2\tle\t_\tDET\t_\t_\t0\troot\t_\t_\n\n"),
        "a.conll" => "# columns: word pos ner\n-DOCSTART- -X- O\n\nAda NNP B-person\nLovelace NNP I-person\nwrote VBD O\n\n-DOCSTART- -X- O\n\nLondon NNP B-place\n"u8.ToArray(),
        "a.tsv" => "Ada\tB-person\nLovelace\tI-person\n\n# newdoc id = x\nLondon\tB-place\n#b\tO\n"u8.ToArray(),
        "t.jsonl" => Encoding.UTF8.GetBytes("{\"text\":\"Austin, \\u00e9 Texas\",\"id\":\"a\",\"m\":{\"n\":[1,2]}}\n{\"text\":\"two\\nlines\",\"id\":7}\r\n{\"id\":\"w\",\"tokens\":[\"a\",\"b\"]}\n"),
        "t.txt" => Encoding.UTF8.GetBytes("\uFEFFIt is a truth\r\nuniversally é acknowledged 🎉\n"),
        "t.bin" => [1, 0, 2, 0, 3, 0, 255, 0],
        "t.npy" => NpyFile.Bytes<ushort>("<u2", "(2, 3)", [1, 2, 3, 4, 5, 299]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
