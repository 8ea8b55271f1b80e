using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using Emergence.TestKit;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Activations;

public sealed class ActivationFileTests : IDisposable
{
    private static readonly float[] Values = [.. Enumerable.Range(0, 7 * 5).Select(i => (i * 0.25f) - 3)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Npy_of_every_version_gives_its_rows(int version)
    {
        using var file = ActivationFile.Open(Npy(NpyFile.Bytes<float>("<f4", "(7, 5)", Values, version)));
        Assert.Equal((7L, 5, ActivationType.Float32), (file.Rows, file.Dimension, file.Type));
        Assert.Equal(Values, Read(file, 0, 7));
        Assert.Equal(Values[10..25], Read(file, 2, 3));
        Assert.Throws<ArgumentException>(() => Read(file, 5, 3));
    }

    [Fact]
    public void Half_precision_and_bfloat16_are_widened_exactly()
    {
        using var half = ActivationFile.Open(Npy(NpyFile.Bytes<Half>("<f2", "(7, 5)", Array.ConvertAll(Values, v => (Half)v))));
        Assert.Equal(Values, Read(half, 0, 7));

        var upper = Array.ConvertAll(Values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16));
        foreach (var descr in new[] { "<V2", "|V2", "<u2", "<i2" })
        {
            var path = Npy(NpyFile.Bytes<ushort>(descr, "(7, 5)", upper));
            using var file = ActivationFile.Open(path, bfloat16: true);
            Assert.Equal(Values, Read(file, 0, 7));
            Refused(path, "--dtype bfloat16");
        }
    }

    [Fact]
    public void Safetensors_take_the_named_the_usual_or_the_only_table()
    {
        var path = _folder["x.safetensors"];
        SafetensorsWriter.Write(path, [("bias", [5], new float[5]), ("rows", [7, 5], Values)]);
        using (var only = ActivationFile.Open(path))
        {
            Assert.Equal(Values, Read(only, 0, 7));
        }

        SafetensorsWriter.Write(path, [("other", [1, 2], new float[2]), ("rows", [7, 5], Values)]);
        Refused(path, "Name one of other, rows with --tensor");
        Refused(path, "has no such tensor", "third");
        using (var named = ActivationFile.Open(path, "rows"))
        {
            Assert.Equal(Values[5..10], Read(named, 1, 1));
        }

        SafetensorsWriter.Write(path, [("other", [1, 2], new float[2]), ("activations", [7, 5], Values)]);
        using var usual = ActivationFile.Open(path);
        Assert.Equal(7, usual.Rows);
    }

    [Theory]
    [InlineData("<f8", "(7, 5)", "False", "astype('float32')")]
    [InlineData(">f4", "(7, 5)", "False", "big-endian")]
    [InlineData("<i4", "(7, 5)", "False", "no floats")]
    [InlineData("<f4", "(7, 5)", "True", "ascontiguousarray")]
    [InlineData("<f4", "(35,)", "False", "two dimensions")]
    [InlineData("<f4", "(7, 0)", "False", "needs 0 bytes")]
    [InlineData("<f4", "(7, 6)", "False", "needs 168 bytes, 140 follow")]
    [InlineData("<f4", "(7, 4)", "False", "needs 112 bytes, 140 follow")]
    [InlineData("<f4", "(9223372036854775807, 9223372036854775807)", "False", "more elements")]
    [InlineData("<f4", "(9223372036854775808, 1)", "False", "larger than any file")]
    [InlineData("<f4", "(-7, 5)", "False", "whole number")]
    [InlineData("<f4", "(35)", "False", "not a tuple")]
    [InlineData("<f4", "(7, 5)", "Maybe", "neither True nor False")]
    public void A_header_that_is_not_rows_of_floats_is_refused_with_a_remedy(string descr, string shape, string order, string said) =>
        Refused(Npy(NpyFile.Bytes<float>(descr, shape, Values, order: order)), said);

    [Theory]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}", "named fields")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "are needed")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", "stands there twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} 1", "follows the dictionary")]
    [InlineData("__import__('os')", "is needed here")]
    public void A_dictionary_of_another_kind_is_refused(string dictionary, string said) => Refused(Npy(NpyFile.Bytes(dictionary, new byte[4])), said);

    [Fact]
    public void A_missing_an_empty_and_a_growing_short_file_are_bad_input()
    {
        Refused(_folder["none.npy"], "cannot be read");
        Refused(Npy([]), "0 bytes");
        Refused(_folder.Path, "cannot be read");

        var path = Npy(NpyFile.Bytes<float>("<f4", "(7, 5)", Values));
        using var file = ActivationFile.Open(path);
        using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(cut.Length - 4);
        }

        Assert.Contains("became shorter", Assert.Throws<BadInputException>(() => Read(file, 0, 1)).Message);
    }

    // A sparse file: nothing of it is on the disk but two rows.
    [Fact]
    public void Rows_beyond_two_gigabytes_are_read_and_little_is_resident()
    {
        const long rows = 3_000_000;
        const int d = 256;
        var path = Npy(NpyFile.Bytes<float>("<f4", $"({rows}, {d})", []));
        var row = Enumerable.Range(1, d).Select(i => (float)i).ToArray();
        using (var stream = new FileStream(path, FileMode.Open))
        {
            var start = stream.Length;
            stream.SetLength(start + (rows * d * 4));
            stream.Position = start + ((rows - 1) * d * 4);
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(row));
        }

        using var file = ActivationFile.Open(path);
        Assert.Equal(row, Read(file, rows - 1, 1));
        var cycle = new RowCycle(file, rows);
        Assert.Equal(new float[d], Read(file, 0, 1));
        Assert.Equal(0, cycle.Next);

        // Pieces larger than the window, and one that lies across its end.
        Assert.Equal(row, Read(file, rows - 100_000, 100_000)[^d..]);
    }

    [Fact]
    public void A_cycle_follows_the_last_row_with_the_first()
    {
        using var file = ActivationFile.Open(Npy(NpyFile.Bytes<float>("<f4", "(7, 5)", Values)));
        var cycle = new RowCycle(file, 6);
        var rows = new float[15 * 5];
        cycle.Read(rows.AsSpan(0, 20));
        cycle.Read(rows.AsSpan(20));
        Assert.Equal(Enumerable.Range(0, 15).SelectMany(r => Values[(r % 6 * 5)..((r % 6 * 5) + 5)]), rows);
        Assert.Equal(3, cycle.Next);
        Assert.Equal((2L, 5L, 0L), (cycle.RowBefore(1), cycle.RowBefore(4), cycle.RowBefore(15)));
    }

    private string Npy(byte[] bytes) => NpyFile.Write(_folder["x.npy"], bytes);

    private static float[] Read(ActivationFile file, long first, int rows)
    {
        var values = new float[rows * file.Dimension];
        file.Read(first, values);
        return values;
    }

    private static void Refused(string path, string said, string? tensor = null)
    {
        var error = Assert.Throws<BadInputException>(() => ActivationFile.Open(path, tensor).Dispose());
        Assert.Equal(path, error.File);
        Assert.Contains(said, error.Message);
        Assert.NotEmpty(error.Remedy);
    }
}
