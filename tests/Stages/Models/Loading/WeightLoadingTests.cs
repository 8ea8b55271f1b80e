using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Models.Loading;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Models.Loading;

/// <summary>Every way a checkpoint is loaded, on the small checkpoints of every family.</summary>
public sealed class WeightLoadingTests
{
    public static TheoryData<string> Variants => [.. FamilyFixture.Variants];

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static Hook[] Hooks(LanguageModel model) =>
        [.. Enumerable.Range(0, model.LoadedBlocks).SelectMany(layer => Enum.GetValues<HookPoint>().Select(point => new Hook(layer, point)))];

    private static double Error(float[] actual, float[] expected)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)actual[i] - expected[i], 2);
            norm += (double)expected[i] * expected[i];
        }

        return Math.Sqrt(difference / norm);
    }

    private static (double Worst, double Loss) Compare(FamilyFixture fixture, WeightLoading how)
    {
        using var checkpoint = OpenCheckpoint.Open(fixture.Folder);
        using var model = LanguageModel.Load(checkpoint, how);
        using var batch = new ActivationCapture(model, Hooks(model)).Capture(fixture.Batch());
        Assert.All(batch.Activations, a => Assert.Equal(ScalarType.Float32, a.dtype));
        var worst = batch.Names.Zip(batch.Activations).Max(h => Error(Values(h.Second), fixture.Expected(h.First)));
        return (worst, model.Loss(fixture.Batch(), checkpoint, how));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_first_blocks_alone_with_the_rest_streamed_give_the_reference_s_activations_and_loss(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        var live = LiveTensors.Count;
        for (var blocks = 1; blocks <= ModelConfig.Load(fixture.Folder).Layers; blocks++)
        {
            var (worst, loss) = Compare(fixture, new WeightLoading { Blocks = blocks });
            Assert.InRange(worst, 0, 2e-5);
            Assert.InRange(Math.Abs(loss - fixture.Loss), 0, 2e-5 * fixture.Loss);
        }

        Assert.Equal(live, LiveTensors.Count);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_library_s_own_attention_gives_the_same(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        var (worst, loss) = Compare(fixture, new WeightLoading { FusedAttention = true });
        Assert.InRange(worst, 0, 2e-5);
        Assert.InRange(Math.Abs(loss - fixture.Loss), 0, 2e-5 * fixture.Loss);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void In_bfloat16_activations_agree_to_its_rounding(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        var live = LiveTensors.Count;
        foreach (var fused in new[] { false, true })
        {
            // 8 bits of mantissa round by 2^-9 = 0.2 %; a few dozen roundings follow one another here.
            var (worst, loss) = Compare(fixture, new WeightLoading { Precision = ScalarType.BFloat16, FusedAttention = fused, Blocks = 1 });
            Assert.InRange(worst, 1e-5, 0.03);
            Assert.InRange(Math.Abs(loss - fixture.Loss), 0, 0.03 * fixture.Loss);
        }

        Assert.Equal(live, LiveTensors.Count);
    }

    [Fact]
    public void Weights_of_16_bits_are_loaded_as_they_are_and_sketched_as_the_file_has_them()
    {
        using var fixture = FamilyFixture.Open(FamilyFixture.Variants[0]);
        using var checkpoint = OpenCheckpoint.Open(fixture.Folder);
        var (narrow, wide) = (new WeightSketch(), new WeightSketch());
        using var half = LanguageModel.Load(checkpoint, new WeightLoading { Precision = ScalarType.BFloat16, Sketch = narrow });
        using var full = LanguageModel.Load(checkpoint, new WeightLoading { Sketch = wide });
        Assert.Equal(0, narrow.DistanceFrom(wide));
        Assert.All(half.Parameters.Zip(full.Parameters), p =>
        {
            using var scope = NewDisposeScope();
            using var rounded = p.Second.to(ScalarType.BFloat16).to(ScalarType.Float32);
            using var loaded = p.First.to(ScalarType.Float32);
            Assert.Equal(Values(rounded), Values(loaded));
        });
    }

    [Fact]
    public void A_tensor_longer_than_a_piece_is_loaded_whole_by_every_way()
    {
        using var folder = new TestKit.TemporaryFolder();
        var count = (5 * WeightReader.PieceElements) + 77;
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)(0x3F80 + (i % 251)) << 16);
        }

        Emergence.Stages.Models.Safetensors.SafetensorsWriter.Write(folder["model.safetensors"], [("w", [1, count], values)]);
        using var weights = Emergence.Stages.Models.Safetensors.SafetensorsFolder.Open(folder.Path);
        var info = new ParameterInfo("w", ParameterRole.Embedding, -1, [1, count]);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var reader = new WeightReader(weights, new WeightLoading { Precision = type });
            using var read = reader.Read(info);
            using var wide = read.to(ScalarType.Float32);
            Assert.True(Values(wide).AsSpan().SequenceEqual(values));
        }
    }
}
