using Emergence.Stages.Activations;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using Emergence.TestKit;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Activations;

public sealed class RowLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("b\na\n\nb\nc\n")]
    [InlineData("b\r\na\r\n\r\nb\r\nc")]
    public void Lines_are_labels_and_an_empty_one_is_none(string text)
    {
        var labels = RowLabels.Read(Text(text), 5, 1, 4);
        Assert.Equal(["a", "b", "c"], labels.Names);
        Assert.Equal([0, -1, 1, 2], labels.Labels.ToArray());
    }

    // Windows editors write it; only the first one is no part of a label.
    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_label()
    {
        Assert.Equal(["a", "\uFEFFb"], RowLabels.Read(Text("\uFEFFa\na\n\uFEFFb\n"), 3, 0, 3).Names);
        Assert.Equal([-1, 0], RowLabels.Read(Text("\uFEFF\na"), 2, 0, 2).Labels.ToArray());
        Assert.Contains("there are 0 labels", Assert.Throws<BadInputException>(() => RowLabels.Read(Text("\uFEFF"), 1, 0, 1)).Message);
        var longest = new string('x', ActivationLimits.LabelBytes);
        Assert.Equal([longest], RowLabels.Read(Text("\uFEFF" + longest), 1, 0, 1).Names);
    }

    [Fact]
    public void Whole_numbers_of_any_size_are_labels_and_a_negative_one_is_none()
    {
        Check<long>("<i8", [7, -1, 30_000_000_000, 7], ["7", "30000000000"], [0, -1, 1, 0]);
        Check<ushort>("<u2", [65535, 0, 2, 0], ["0", "2", "65535"], [2, 0, 1, 0]);
        Check<sbyte>("|i1", [-128, 1, 0, 1], ["0", "1"], [-1, 1, 0, 1]);
    }

    [Theory]
    [InlineData("a\nb\n", "there are 2 labels")]
    [InlineData("a\nb\nc\nd\n", "more labels than the 3 rows")]
    public void Another_number_of_labels_is_refused(string text, string said) =>
        Assert.Contains(said, Assert.Throws<BadInputException>(() => RowLabels.Read(Text(text), 3, 0, 3)).Message);

    [Fact]
    public void A_line_that_is_too_long_or_no_text_is_refused()
    {
        Assert.Contains("line 2", Assert.Throws<BadInputException>(() => RowLabels.Read(Text("a\n" + new string('x', 5000)), 2, 0, 2)).Message);
        var path = NpyFile.Write(_folder["labels.txt"], [(byte)'a', (byte)'\n', 0xC3, 0x28, (byte)'\n']);
        Assert.Contains("not UTF-8", Assert.Throws<BadInputException>(() => RowLabels.Read(path, 2, 0, 2)).Message);
    }

    [Fact]
    public void Floats_are_no_labels()
    {
        var path = NpyFile.Write(_folder["l.npy"], NpyFile.Bytes<float>("<f4", "(3,)", new float[3]));
        Assert.Contains("whole numbers", Assert.Throws<BadInputException>(() => RowLabels.Read(path, 3, 0, 3)).Message);
    }

    [Fact]
    public void The_best_feature_of_each_label_is_that_of_the_three_line_formula()
    {
        var random = new Random(4);
        const int features = 9;
        var rows = Enumerable.Range(0, 200).Select(_ => (Label: random.Next(-1, 3), Fires: Enumerable.Range(0, features).Where(f => f < 8 && random.Next(3) == 0).ToArray())).ToArray();
        var counts = new LabelCounts(["x", "y", "z", "none"], features);
        foreach (var piece in rows.Chunk(70))
        {
            var firings = new TokenFirings();
            foreach (var (_, fires) in piece)
            {
                Array.ForEach(fires, f => firings.Add(f, 1));
                firings.EndToken();
            }

            counts.Add(firings, [.. piece.Select(r => r.Label)]);
        }

        var best = counts.Best();
        Assert.Equal(["x", "y", "z"], best.Select(b => b.Label));
        for (var label = 0; label < 3; label++)
        {
            var all = Enumerable.Range(0, features).Select(f =>
            {
                var hits = (double)rows.Count(r => r.Label == label && r.Fires.Contains(f));
                var (precision, recall) = (hits / Math.Max(1, rows.Count(r => r.Label >= 0 && r.Fires.Contains(f))), hits / rows.Count(r => r.Label == label));
                return (F1: hits == 0 ? 0 : 2 * precision * recall / (precision + recall), precision, recall, f);
            }).MaxBy(a => a.F1);
            Assert.Equal((all.f, rows.Count(r => r.Label == label)), (best[label].Feature, (int)best[label].Rows));
            Assert.Equal(all.F1, best[label].BestF1, 1e-12);
            Assert.Equal(all.precision, best[label].Precision, 1e-12);
            Assert.Equal(all.recall, best[label].Recall, 1e-12);
        }
    }

    private string Text(string text)
    {
        File.WriteAllText(_folder["labels.txt"], text);
        return _folder["labels.txt"];
    }

    private void Check<T>(string descr, T[] values, string[] names, int[] expected)
        where T : unmanaged
    {
        var labels = RowLabels.Read(NpyFile.Write(_folder["l.npy"], NpyFile.Bytes<T>(descr, $"({values.Length},)", values)), values.Length, 0, values.Length);
        Assert.Equal(names, labels.Names);
        Assert.Equal(expected, labels.Labels.ToArray());
    }
}
