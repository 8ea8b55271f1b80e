using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tests.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Capture;

public sealed class ActivationCaptureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("capture-");
    private readonly LanguageModel _model;

    public ActivationCaptureTests()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        _model = LanguageModel.Load(_folder.FullName);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Hook[] After(params int[] layers) => [.. layers.Select(l => new Hook(l, HookPoint.ResidPost))];

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static TokenBatch Rows(int length, params int[] counts) => new(
        [.. counts.SelectMany((c, row) => Enumerable.Range(0, length).Select(t => t < c ? ((row * 7L) + (t * 3)) % 40 : 0))],
        length,
        [.. counts.Select((c, i) => new RowSource(i, 0, c))]);

    [Fact]
    public void Padding_is_left_out_and_does_not_change_real_tokens()
    {
        using var padded = new ActivationCapture(_model, After(0, 2)).Capture(Rows(16, 16, 5, 1));
        using var alone = new ActivationCapture(_model, After(0, 2)).Capture(new TokenBatch(Rows(16, 16, 5, 1).Tokens[16..21], 5, [new RowSource(1, 0, 5)]));
        Assert.Equal([22L, 32L], padded.Activations[1].shape);
        var expected = Values(alone.Activations[1]);
        var actual = Values(padded.Activations[1]).AsSpan(16 * 32, 5 * 32).ToArray();
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    [Fact]
    public void Tensors_are_contiguous_float32_without_gradient_in_real_token_order()
    {
        using var batch = new ActivationCapture(_model, After(1)).Capture(Rows(8, 8, 3));
        var tensor = Assert.Single(batch.Activations);
        Assert.True(tensor.is_contiguous());
        Assert.False(tensor.requires_grad);
        Assert.Equal(ScalarType.Float32, tensor.dtype);
        Assert.Equal(["layers.1.resid_post"], batch.Names);
    }

    [Fact]
    public void A_batch_of_many_pieces_equals_its_rows_one_by_one()
    {
        // 64 tokens a row: 1024 at once are 16 rows, so 40 rows take three pieces, two of them with padding.
        var batch = Rows(64, [.. Enumerable.Range(0, 40).Select(i => i % 5 == 4 ? 30 : 64)]);
        var capture = new ActivationCapture(_model, After(0, 1, 2));
        using var whole = capture.Capture(batch);
        var done = 0;
        for (var row = 0; row < 40; row++)
        {
            using var one = capture.Capture(new TokenBatch(batch.Tokens[(row * 64)..((row + 1) * 64)], 64, [batch.Rows[row]]));
            var expected = Values(one.Activations[2]);
            var actual = Values(whole.Activations[2]).AsSpan(done * 32, expected.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-4f);
            }

            done += batch.Rows[row].Count;
        }

        Assert.Equal(batch.TokenCount, done);
    }

    [Fact]
    public void The_same_batch_gives_the_same_bits()
    {
        var capture = new ActivationCapture(_model, After(2));
        using var first = capture.Capture(Rows(64, 64, 64, 9));
        using var second = capture.Capture(Rows(64, 64, 64, 9));
        Assert.Equal(Values(first.Activations[0]), Values(second.Activations[0]));
    }

    [Fact]
    public void Layers_above_the_deepest_tapped_one_do_not_run()
    {
        // The last block's weights are made NaN: they would show in what is captured if it ran before layer 1, and the
        // handles of disposed tensors would throw if it ran at all.
        foreach (var (info, tensor) in _model.ParameterInfos.Zip(_model.Parameters).Where(p => p.First.Layer == 2))
        {
            tensor.Dispose();
        }

        using var batch = new ActivationCapture(_model, After(1)).Capture(Rows(8, 8));
        Assert.All(Values(batch.Activations[0]), v => Assert.True(float.IsFinite(v)));
        Assert.ThrowsAny<Exception>(() => new ActivationCapture(_model, After(2)).Capture(Rows(8, 8)));
    }

    [Fact]
    public void No_tensor_outlives_its_batch_and_a_second_disposal_does_nothing()
    {
        var capture = new ActivationCapture(_model, After(0, 1, 2));
        capture.Capture(Rows(16, 16, 4)).Dispose();
        var before = LiveTensors.Count;
        for (var i = 0; i < 5; i++)
        {
            var batch = capture.Capture(Rows(16, 16, 4));
            Assert.Equal(before + 3, LiveTensors.Count);
            batch.Dispose();
            batch.Dispose();
            Assert.Equal(before, LiveTensors.Count);
        }
    }

    [Fact]
    public void A_capture_that_fails_leaves_no_tensor()
    {
        var capture = new ActivationCapture(_model, After(2));
        var before = LiveTensors.Count;
        Assert.Throws<ArgumentException>(() => capture.Capture(new TokenBatch([1, 99], 2, [new RowSource(0, 0, 2)])));
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Tensors_survive_the_scope_they_were_made_in()
    {
        ActivationBatch batch;
        using (NewDisposeScope())
        {
            batch = new ActivationCapture(_model, After(0)).Capture(Rows(8, 8));
        }

        Assert.Equal(8 * 32, Values(batch.Activations[0]).Length);
        batch.Dispose();
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 1, 1 })]
    public void Hooks_that_the_model_lacks_or_that_are_given_twice_are_refused(int[] layers) =>
        Assert.Throws<ArgumentException>(() => new ActivationCapture(_model, After(layers)));
}
