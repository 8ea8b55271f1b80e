using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using Emergence.TestKit.Runs;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Models.Kernels;

/// <summary>The kernels' forward pass against the same references as the tensor library's, every family and variant.</summary>
public sealed class PackedDecoderTests
{
    public static TheoryData<string> Variants => [.. FamilyFixture.Variants];

    private static Hook[] AllHooks(ModelConfig config) =>
        [.. Enumerable.Range(0, config.Layers).SelectMany(l => Enum.GetValues<HookPoint>().Select(p => new Hook(l, p)))];

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    [KernelTheory]
    [MemberData(nameof(Variants))]
    public void Every_hook_point_equals_the_reference(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        using var crew = new WorkerCrew(2);
        var hooks = AllHooks(model.Config);
        using var capture = new ActivationCapture(model, hooks, crew, take: true);
        Assert.True(capture.UsesKernels);
        using var batch = capture.Capture(fixture.Batch());
        foreach (var (hook, tensor) in hooks.Zip(batch.Activations))
        {
            FamilyReferenceTests.Close(hook.Name, fixture.Expected(hook.Name), Values(tensor));
        }
    }

    [KernelTheory]
    [MemberData(nameof(Variants))]
    public void A_whole_pass_gives_logits_and_loss_too(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        using var crew = new WorkerCrew(2);
        foreach (var hook in new[] { new Hook(0, HookPoint.MlpOut), new Hook(model.Config.Layers - 1, HookPoint.ResidPost) })
        {
            using var capture = new ActivationCapture(model, [hook], crew, whole: true);
            using var pass = capture.CaptureAll(fixture.Batch(), logits: true);
            FamilyReferenceTests.Close(hook.Name, fixture.Expected(hook.Name), Values(pass.Activations.Activations[0]));
            FamilyReferenceTests.Close("logits", fixture.Expected("logits"), Values(pass.Logits!));
            Assert.Equal(fixture.Loss, pass.LossSum / pass.Predicted, 1e-5);
        }
    }

    [KernelTheory]
    [MemberData(nameof(Variants))]
    public void A_capture_of_one_hook_equals_the_reference(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        using var crew = new WorkerCrew(1);
        foreach (var hook in AllHooks(model.Config))
        {
            using var capture = new ActivationCapture(model, [hook], crew);
            using var batch = capture.Capture(fixture.Batch());
            FamilyReferenceTests.Close(hook.Name, fixture.Expected(hook.Name), Values(batch.Activations[0]));
        }
    }

    [KernelTheory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 8)]
    public void Bits_depend_neither_on_the_number_of_workers_nor_on_the_rows_of_the_batch(int workers, int rowsAtOnce)
    {
        using var fixture = FamilyFixture.Open(FamilyFixture.Variants[0]);
        using var model = LanguageModel.Load(fixture.Folder);
        var hooks = AllHooks(model.Config);
        var whole = Rows(model, 8, 13);
        using var crew = new WorkerCrew(workers);
        using var lone = new WorkerCrew(1);
        using var capture = new ActivationCapture(model, hooks, crew);
        using var reference = new ActivationCapture(model, hooks, lone);
        using var expected = reference.Capture(whole);
        var actual = hooks.Select(_ => new List<float>()).ToArray();
        foreach (var piece in LanguageModel.RowPieces(whole, rowsAtOnce))
        {
            using var batch = capture.Capture(piece);
            for (var i = 0; i < hooks.Length; i++)
            {
                actual[i].AddRange(Values(batch.Activations[i]));
            }
        }

        Assert.All(expected.Activations.Zip(actual), p => Assert.Equal(Values(p.First), p.Second));
    }

    [KernelTheory]
    [InlineData(5)]
    [InlineData(64)]
    public void Rows_of_other_lengths_may_follow(int length)
    {
        using var fixture = FamilyFixture.Open(FamilyFixture.Variants[0]);
        using var model = LanguageModel.Load(fixture.Folder);
        var hooks = AllHooks(model.Config);
        using var crew = new WorkerCrew(2);
        using var capture = new ActivationCapture(model, hooks, crew);
        using var tensors = new ActivationCapture(model, hooks);
        foreach (var batch in new[] { Rows(model, 3, 9), Rows(model, 4, Math.Min(length, model.Config.Context)), Rows(model, 1, 9) })
        {
            using var expected = tensors.Capture(batch);
            using var actual = capture.Capture(batch);
            Assert.All(expected.Activations.Zip(actual.Activations), p => FamilyReferenceTests.Close("activations", Values(p.First), Values(p.Second)));
        }
    }

    private static readonly ModelConfig NeoX = TinyModel.Config(50, 32) with { Heads = 1, IntermediateSize = 64 };

    // Whole panels of every way in which matrices are stored: head by head, [in, out], separate with a gate.
    private static readonly Dictionary<string, ModelConfig> WholePanels = new()
    {
        ["gpt_neox"] = NeoX,
        ["gpt2"] = NeoX with
        {
            Family = "gpt2",
            InputMajorWeights = true,
            QueryKeyValue = QueryKeyValueLayout.Joined,
            LearnedPositions = true,
            RotaryDimensions = 0,
            ParallelResidual = false,
            Activation = ActivationFunction.GeluTanh,
            TiedHead = true,
        },
        ["llama"] = NeoX with
        {
            Family = "llama",
            Norm = NormKind.RmsNorm,
            GatedMlp = true,
            Activation = ActivationFunction.Silu,
            QueryKeyValue = QueryKeyValueLayout.Separate,
            AttentionBias = false,
            MlpBias = false,
            ParallelResidual = false,
        },
    };

    [KernelTheory]
    [InlineData("gpt_neox", true)]
    [InlineData("gpt_neox", false)]
    [InlineData("gpt2", true)]
    [InlineData("gpt2", false)]
    [InlineData("llama", true)]
    [InlineData("llama", false)]
    public void A_model_of_whole_panels_is_packed_where_it_is_or_left_alone(string family, bool take)
    {
        var config = WholePanels[family];
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor[] parameters = [.. ParameterInfo.Of(config).Select(i => randn([.. i.Shape], generator: generator).mul(0.3).DetachFromDisposeScope())];
        using var model = LanguageModel.FromParameters(config, parameters);
        var before = parameters.Select(Values).ToArray();
        Hook[] hooks = AllHooks(config);
        var batch = Rows(model, 3, 9);
        using var expected = new ActivationCapture(model, hooks).Capture(batch);
        using var crew = new WorkerCrew(2);
        using var capture = new ActivationCapture(model, hooks, crew, take);
        using var actual = capture.Capture(batch);
        Assert.All(expected.Activations.Zip(actual.Activations), p => FamilyReferenceTests.Close("activations", Values(p.First), Values(p.Second)));

        // The same numbers, in another order.
        Assert.All(before.Zip(parameters), p => Assert.Equal(p.First.Order(), Values(p.Second).Order()));
        var matrix = model.ParameterInfos.ToList().FindIndex(i => i.Role == ParameterRole.MlpInWeight);
        Assert.Equal(!take, before[matrix].SequenceEqual(Values(parameters[matrix])));
    }

    private static TokenBatch Rows(LanguageModel model, int rows, int length)
    {
        var random = new Random(rows + length);
        var tokens = Enumerable.Range(0, rows * length).Select(_ => (long)random.Next(model.Config.VocabularySize)).ToArray();
        return new TokenBatch(tokens, length, [.. Enumerable.Range(0, rows).Select(r => new RowSource(r, 0, Math.Max(1, length - (r % 3))))]);
    }
}
