using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.TestKit;
using Emergence.TestKit.Activations;
using Emergence.TestKit.Runs;

namespace Emergence.Stages.Tests.Activations.Streams;

public sealed class SavedStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Layers_rows_documents_and_labels_are_read()
    {
        using var stream = new TinyStream(4);
        using var step = SavedStep.Open(Path.Combine(stream.Folder, "step4"), null);
        Assert.Equal([0, 1], step.Layers.Select(l => l.Layer));
        Assert.Equal((TinyStream.TrainingRows, TinyStream.ProbeRows, TinyStream.Width), ((int)step.Layers[1].Training.Rows, (int)step.Layers[1].Probe.Rows, step.Layers[1].Dimension));

        var some = new float[3 * TinyStream.Width];
        step.Layers[1].Probe.Read(7, some);
        Assert.Equal(TinyStream.Rows(4, 1, TinyStream.ProbeRows, 2)[(7 * TinyStream.Width)..(10 * TinyStream.Width)], some);

        var probe = step.ReadProbe();
        Assert.Equal(["genre", "pos"], probe.Facets.Select(f => f.Name));
        Assert.Equal([FacetKind.Document, FacetKind.Token], probe.Facets.Select(f => f.Kind));
        Assert.Equal(["noun", "verb", "other"], probe.Facets[1].Categories);
        Assert.Equal((TinyStream.Documents, TinyStream.ProbeRows, "103"), (probe.Documents.Count, probe.TokenCount, probe.Documents[3].Id));
        Assert.All(probe.Documents[3].Labels[0], l => Assert.Equal(1, l));
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Rows_of_every_type_become_float32(string type)
    {
        float[] values = [1, -2.5f, 0.15625f, 0, 96, -1024, 3, 7];
        var halves = Array.ConvertAll(values, v => BitConverter.HalfToUInt16Bits((Half)v));
        var upper = Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16));
        SafetensorsBytes Put(SafetensorsBytes file, string name) => type switch
        {
            "F32" => file.Add<float>(name, type, values, 4, 2),
            "F16" => file.Add<ushort>(name, type, halves, 4, 2),
            _ => file.Add<ushort>(name, type, upper, 4, 2),
        };
        Put(Put(new SafetensorsBytes(), "training"), "activations").Column("label.x", [0, 1, -1, 0]).Write(_folder["layers.3.safetensors"]);
        using var step = SavedStep.Open(_folder.Path, [3]);
        var read = new float[8];
        step.Layers[0].Training.Read(0, read);
        Assert.Equal(values, read);
        Assert.Equal(64, step.Scan(default).Length);
    }

    [Theory]
    [InlineData("I8")]
    [InlineData("U8")]
    [InlineData("I16")]
    [InlineData("U16")]
    [InlineData("I32")]
    [InlineData("U32")]
    [InlineData("I64")]
    [InlineData("U64")]
    [InlineData("BOOL")]
    public void Columns_of_every_whole_number_type_are_read(string type)
    {
        var file = Plain();
        file = type switch
        {
            "I8" => file.Add<sbyte>("label.x", type, [0, 1, -1, 1], 4),
            "U8" or "BOOL" => file.Add<byte>("label.x", type, [0, 1, 0, 1], 4),
            "I16" => file.Add<short>("label.x", type, [0, 1, -9, 1], 4),
            "U16" => file.Add<ushort>("label.x", type, [0, 1, 0, 1], 4),
            "I32" => file.Add<int>("label.x", type, [0, 1, -9, 1], 4),
            "U32" => file.Add<uint>("label.x", type, [0, 1, 0, 1], 4),
            "I64" => file.Add<long>("label.x", type, [0, 1, long.MinValue, 1], 4),
            _ => file.Add<ulong>("label.x", type, [0, 1, 0, 1], 4),
        };
        var probe = Probe(file);
        Assert.Equal(["0", "1"], probe.Facets[0].Categories);
        Assert.Equal([0, 1, type.StartsWith('I') ? -1 : 0, 1], probe.Documents[0].Labels[0].Select(l => (int)l));
    }

    [Fact]
    public void Names_of_categories_may_stand_in_a_file_beside_and_numbers_do_without()
    {
        File.WriteAllText(_folder["labels.json"], """{"colour": ["red", "green", "blue"]}""");
        var probe = Probe(Plain().Column("label.colour", [0, 1, 1, 0]).Column("label.shape", [3, -1, 0, 0]));
        Assert.Equal(["red", "green", "blue"], probe.Facets[0].Categories);
        Assert.Equal(["0", "1", "2", "3"], probe.Facets[1].Categories);
    }

    [Fact]
    public void Without_documents_all_rows_are_one()
    {
        var document = Assert.Single(Probe(Plain().Column("label.x", [0, 1, 1, 0])).Documents);
        Assert.Equal(4, document.Tokens.Length);
    }

    [Fact]
    public void The_same_rows_have_the_same_hash_whatever_else_the_file_says_and_other_rows_another()
    {
        string Hash(SafetensorsBytes file)
        {
            file.Write(_folder["layers.0.safetensors"]);
            using var step = SavedStep.Open(_folder.Path, null);
            return step.Scan(default);
        }

        var first = Hash(Plain().Column("label.x", [0, 1, 1, 0]));
        Assert.Equal(first, Hash(Plain().Column("label.y", [0, 0, 0, 0]).Note("step", "7")));
        Assert.NotEqual(first, Hash(Plain(last: 9).Column("label.x", [0, 1, 1, 0])));
    }

    [Fact]
    public void Other_layers_may_leave_the_columns_out_and_must_not_contradict()
    {
        Plain().Column("label.x", [0, 1, 1, 0]).Write(_folder["layers.0.safetensors"]);
        Plain(last: 2).Write(_folder["layers.1.safetensors"]);
        using (var step = SavedStep.Open(_folder.Path, null))
        {
            Assert.Single(step.ReadProbe().Facets);
        }

        Plain(last: 2).Column("label.x", [0, 1, 1, 1]).Write(_folder["layers.1.safetensors"]);
        using var other = SavedStep.Open(_folder.Path, null);
        Assert.Contains("not those of layers.0", Assert.Throws<BadInputException>(other.ReadProbe).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_stays_readable_when_it_is_deleted()
    {
        var stream = new TinyStream(4);
        using var step = SavedStep.Open(Path.Combine(stream.Folder, "step4"), null);
        var before = step.Scan(default);
        stream.Dispose();
        Assert.Equal(before, step.Scan(default));
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "no file", "nor any other layer's file" },
        { "no training", "which holds the rows that SAEs train on" },
        { "no activations", "which holds the labelled rows" },
        { "rows of whole numbers", "its type I32 is not read" },
        { "rows of rows", "its shape is [2, 2, 1]" },
        { "no rows", "its shape is [0, 1]" },
        { "two widths", "its rows have 2 numbers, those of activations 1" },
        { "no label", "nothing is known of its rows" },
        { "short column", "its shape is [3], the activations have 4 rows" },
        { "column of floats", "its type is F32" },
        { "label without category", "label 2 is none of the 2 categories" },
        { "names that are no list", "it is not a list of texts" },
        { "names that are no JSON", "it is not JSON" },
        { "the same name twice", "it has 2 names" },
        { "document in two places", "document 1 began before" },
        { "too large a label", "is more than 32766" },
        { "not a number", "it is NaN" },
        { "infinite", "it is Infinity" },
        { "metadata", "it is not a whole number" },
        { "a facet without name", "no name that can be shown" },
        { "other rows in the second layer", "has 4 and 4" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_wrong_is_named(string fault, string problem)
    {
        float[] four = [1, 2, 3, 4];
        long[] labels = [0, 1, 1, 0];
        var file = new SafetensorsBytes();
        file = fault switch
        {
            "no training" => file.Rows("activations", four, 1),
            "no activations" => file.Rows("training", four, 1),
            "rows of whole numbers" => file.Add<int>("training", "I32", [1, 2, 3, 4], 4, 1),
            "rows of rows" => file.Add<float>("training", "F32", four, 2, 2, 1),
            "no rows" => file.Add<float>("training", "F32", [], 0, 1),
            "two widths" => file.Rows("training", four, 2).Rows("activations", four, 1),
            "no label" => Plain(),
            "short column" => Plain().Column("label.x", [0, 1, 1]),
            "column of floats" => Plain().Add<float>("label.x", "F32", four, 4),
            "label without category" => Plain().Column("label.x", [0, 1, 2, 0]).Note("label.x", """["a","b"]"""),
            "names that are no list" => Plain().Column("label.x", labels).Note("label.x", """{"a":1}"""),
            "names that are no JSON" => Plain().Column("label.x", labels).Note("label.x", "a, b"),
            "the same name twice" => Plain().Column("label.x", labels).Note("label.x", """["a","a"]"""),
            "document in two places" => Plain().Column("label.x", labels).Column("document", [1, 2, 2, 1]),
            "too large a label" => Plain().Column("label.x", [0, 1, 1, 99_999]),
            "not a number" => Plain(last: float.NaN).Column("label.x", labels),
            "infinite" => Plain(last: float.PositiveInfinity).Column("label.x", labels),
            "metadata" => Plain().Column("label.x", labels).Note("tokens_seen", "many"),
            "a facet without name" => Plain().Column("label.", labels),
            _ => Plain().Column("label.x", labels),
        };
        if (fault != "no file")
        {
            file.Write(_folder["layers.0.safetensors"]);
        }

        if (fault.StartsWith("other rows", StringComparison.Ordinal))
        {
            new SafetensorsBytes().Rows("training", four, 1).Rows("activations", [1, 2], 1).Write(_folder["layers.1.safetensors"]);
        }

        var error = Assert.Throws<BadInputException>(() =>
        {
            using var step = SavedStep.Open(_folder.Path, null);
            step.ReadProbe();
            step.Scan(default);
        });
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_bytes_are_it_is_read_or_refused()
    {
        var good = Plain().Column("label.x", [0, 1, 1, 0]).Column("document", [1, 1, 2, 2]).Note("label.x", """["a","b"]""").Note("loss", "2.5").ToArray();
        var path = _folder["layers.0.safetensors"];
        var random = new Random(11);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            byte[] bytes = [.. good];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes[..(random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length)]);
            try
            {
                using var step = SavedStep.Open(_folder.Path, null);
                step.ReadProbe();
                step.Scan(default);
                read++;
            }
            catch (BadInputException e)
            {
                Assert.StartsWith(_folder.Path, e.File, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(read > 100 && refused > 1000, $"{read} read, {refused} refused");
    }

    private static SafetensorsBytes Plain(float last = 4) => new SafetensorsBytes().Rows("training", [1, 2, 3, 4], 1).Rows("activations", [1, 2, 3, last], 1);

    private ProbeSet Probe(SafetensorsBytes file)
    {
        file.Write(_folder["layers.0.safetensors"]);
        using var step = SavedStep.Open(_folder.Path, null);
        return step.ReadProbe();
    }
}
