using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Models;

public sealed class LanguageModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static TokenBatch Batch(int seed, int vocabulary, int length, params int[] counts)
    {
        var random = new Random(seed);
        var tokens = new long[counts.Length * length];
        for (var row = 0; row < counts.Length; row++)
        {
            for (var t = 0; t < counts[row]; t++)
            {
                tokens[(row * length) + t] = random.Next(vocabulary);
            }
        }

        return new TokenBatch(tokens, length, [.. counts.Select((c, i) => new RowSource(i, 0, c))]);
    }

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static void Close(IEnumerable<double> expected, ReadOnlySpan<float> actual)
    {
        var wanted = expected.ToArray();
        Assert.Equal(wanted.Length, actual.Length);
        var size = wanted.Max(Math.Abs);
        var worst = 0.0;
        for (var i = 0; i < wanted.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(wanted[i] - actual[i]));
        }

        Assert.True(worst <= 2e-5 * size, $"off by {worst / size:g3} of the greatest value {size:g3}");
    }

    public static TheoryData<string> Variants => [.. Shapes.Keys];

    private static readonly Dictionary<string, ReferenceShape> Shapes = new()
    {
        ["Pythia"] = TinyCheckpoint.Shape,
        ["sequential residual"] = TinyCheckpoint.Shape with { Parallel = false },
        ["tied head"] = TinyCheckpoint.Shape with { Tied = true },
        ["no attention bias"] = TinyCheckpoint.Shape with { Bias = false },
        ["all dimensions rotated, other base"] = TinyCheckpoint.Shape with { Rotary = 8, Base = 500 },
        ["nothing rotated, great epsilon"] = TinyCheckpoint.Shape with { Rotary = 0, Epsilon = 0.1 },
        ["one head, narrow MLP"] = TinyCheckpoint.Shape with { Heads = 1, Inner = 20, Rotary = 16 },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_layer_and_the_logits_equal_the_reference(string variant)
    {
        var shape = Shapes[variant];
        var weights = TinyCheckpoint.Write(_folder.FullName, shape);
        var batch = Batch(3, shape.Vocabulary, 17, 17, 9, 17);
        using var model = LanguageModel.Load(_folder.FullName);
        using var logits = model.Logits(batch);
        using var captured = new ActivationCapture(model, [.. Enumerable.Range(0, shape.Layers).Select(l => new Hook(l, HookPoint.ResidPost))]).Capture(batch);

        var reference = new ReferenceGptNeoX(weights, shape);
        var rows = batch.Rows.Select((r, i) => reference.Run(batch.Tokens.AsSpan(i * 17, r.Count).ToArray())).ToArray();

        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Close(rows.SelectMany(r => r.Residual[layer]).SelectMany(v => v), Values(captured.Activations[layer]));
        }

        var all = Values(logits);
        for (var row = 0; row < rows.Length; row++)
        {
            Close(rows[row].Logits.SelectMany(v => v), all.AsSpan(row * 17 * shape.Vocabulary, batch.Rows[row].Count * shape.Vocabulary));
        }
    }

    [Fact]
    public void Loss_is_the_mean_over_real_tokens_that_follow_a_real_token()
    {
        var weights = TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        var batch = Batch(4, 40, 12, 12, 1, 5);
        using var model = LanguageModel.Load(_folder.FullName);

        var losses = new List<double>();
        for (var row = 0; row < 3; row++)
        {
            var tokens = batch.Tokens.AsSpan(row * 12, batch.Rows[row].Count).ToArray();
            var logits = new ReferenceGptNeoX(weights, TinyCheckpoint.Shape).Run(tokens).Logits;
            losses.AddRange(tokens.Skip(1).Select((next, t) => Math.Log(logits[t].Sum(Math.Exp)) - logits[t][next]));
        }

        Assert.Equal(15, losses.Count);
        Assert.Equal(losses.Average(), model.Loss(batch), 1e-5);
        using var tensor = model.LossTensor(batch);
        Assert.Equal(losses.Average(), tensor.item<float>(), 1e-5);
    }

    [Fact]
    public void Gradients_agree_with_differences_of_the_loss()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape with { Layers = 2 });
        var batch = Batch(5, 40, 10, 10, 10);
        using var model = LanguageModel.Load(_folder.FullName);
        foreach (var parameter in model.Parameters)
        {
            parameter.requires_grad = true;
        }

        using (var loss = model.LossTensor(batch))
        {
            loss.backward();
        }

        // Along the gradient itself the loss must rise by its squared norm: one check for every parameter that takes part in it.
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            var parameter = model.Parameters[i];
            var values = Values(parameter);
            using var gradientTensor = parameter.grad!;
            var gradient = Values(gradientTensor);
            var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
            Assert.True(norm > 1e-6, $"{model.ParameterInfos[i].Name} has no gradient");
            var step = 0.01;
            double At(double distance)
            {
                var moved = MemoryMarshal.Cast<byte, float>(parameter.bytes);
                for (var j = 0; j < values.Length; j++)
                {
                    moved[j] = (float)(values[j] + (distance * gradient[j] / norm));
                }

                return model.Loss(batch);
            }

            var slope = (At(step) - At(-step)) / (2 * step);
            _ = At(0);
            Assert.Equal(1, slope / norm, 0.02);
        }
    }

    [Fact]
    public void Loss_in_pieces_equals_loss_at_once()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        using var model = LanguageModel.Load(_folder.FullName);
        var batch = Batch(6, 40, 64, [.. Enumerable.Repeat(64, 50)]);
        var pieces = LanguageModel.RowPieces(batch, 7).ToArray();
        Assert.Equal(8, pieces.Length);
        Assert.Equal(batch.Tokens, pieces.SelectMany(p => p.Tokens));
        Assert.Equal(batch.Rows, pieces.SelectMany(p => p.Rows));
        var weighted = pieces.Sum(p => model.Loss(p) * p.Rows.Sum(r => r.Count - 1)) / (50 * 63);
        Assert.Equal(model.Loss(batch), weighted, 1e-6);
    }

    [Fact]
    public void ParameterCount_counts_every_element_once()
    {
        var shape = TinyCheckpoint.Shape with { Tied = true };
        TinyCheckpoint.Write(_folder.FullName, shape);
        using var model = LanguageModel.Load(_folder.FullName);
        Assert.Equal(TinyCheckpoint.Tensors(shape).Values.Sum(s => s.Aggregate(1L, (a, b) => a * b)), model.ParameterCount);
    }

    [Fact]
    public void Nothing_native_outlives_the_model()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        var before = LiveTensors.Count;
        using (var model = LanguageModel.Load(_folder.FullName))
        {
            var batch = Batch(7, 40, 12, 12, 3);
            _ = model.Loss(batch);
            model.Logits(batch).Dispose();
            model.LossTensor(batch).Dispose();
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Tokens_beyond_the_vocabulary_and_rows_beyond_the_context_are_refused()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        using var model = LanguageModel.Load(_folder.FullName);
        Assert.Throws<ArgumentException>(() => model.Loss(new TokenBatch([1, 40], 2, [new RowSource(0, 0, 2)])));
        Assert.Throws<ArgumentException>(() => model.Loss(new TokenBatch([1, -1], 2, [new RowSource(0, 0, 2)])));
        Assert.Throws<ArgumentException>(() => model.Loss(Batch(1, 40, 65, 65)));
        Assert.Throws<ArgumentException>(() => model.Loss(Batch(1, 40, 5, 1, 1)));
    }

    [Fact]
    public void A_written_checkpoint_loads_as_the_same_model()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        var copy = _folder.CreateSubdirectory("copy").FullName;
        using var model = LanguageModel.Load(_folder.FullName);
        CheckpointFolder.Write(copy, model);
        using var again = LanguageModel.Load(copy, expected: model.Config);
        Assert.Empty(again.Config.DifferencesFrom(model.Config));
        Assert.All(model.Parameters.Zip(again.Parameters), p => Assert.Equal(Values(p.First), Values(p.Second)));
    }
}
