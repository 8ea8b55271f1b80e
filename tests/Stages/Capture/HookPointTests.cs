using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tests.Models;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Capture;

public sealed class HookPointTests
{
    private static readonly ParameterRole[] AttentionParts =
    [
        ParameterRole.AttentionNormWeight, ParameterRole.AttentionNormBias, ParameterRole.QueryKeyValueWeight, ParameterRole.QueryKeyValueBias,
        ParameterRole.QueryWeight, ParameterRole.QueryBias, ParameterRole.KeyWeight, ParameterRole.KeyBias, ParameterRole.ValueWeight, ParameterRole.ValueBias,
        ParameterRole.QueryNormWeight, ParameterRole.KeyNormWeight, ParameterRole.AttentionOutWeight, ParameterRole.AttentionOutBias,
    ];

    private static readonly ParameterRole[] MlpParts =
    [
        ParameterRole.MlpNormWeight, ParameterRole.MlpNormBias, ParameterRole.MlpGateWeight, ParameterRole.MlpGateBias,
        ParameterRole.MlpInWeight, ParameterRole.MlpInBias, ParameterRole.MlpOutWeight, ParameterRole.MlpOutBias,
    ];

    public static TheoryData<string> Variants => [.. FamilyFixture.Variants];

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    /// <summary>Whether a hook in <paramref name="layer"/> can be computed without a parameter.</summary>
    private static bool IsAfter(ParameterInfo info, int layer, HookPoint point, bool parallel) => info.Layer switch
    {
        -1 => info.Role is not (ParameterRole.Embedding or ParameterRole.PositionEmbedding),
        var at when at != layer => at > layer,
        _ => point switch
        {
            HookPoint.ResidPre => true,
            HookPoint.AttnOut or HookPoint.ResidMid => MlpParts.Contains(info.Role),
            HookPoint.MlpOut => parallel && AttentionParts.Contains(info.Role),
            _ => false,
        },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Nothing_runs_that_the_deepest_hook_does_not_need(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        for (var layer = 0; layer < 2; layer++)
        {
            foreach (var point in Enum.GetValues<HookPoint>())
            {
                using var model = LanguageModel.Load(fixture.Folder);

                // A part that ran without its parameter would throw.
                var gone = model.ParameterInfos.Zip(model.Parameters).Where(p => IsAfter(p.First, layer, point, model.Config.ParallelResidual)).ToList();
                gone.ForEach(p => p.Second.Dispose());

                // OLMo's norms have no parameters: with a tied head nothing follows the last MLP but the embedding.
                var last = point >= HookPoint.MlpOut && layer == model.Config.Layers - 1 && model.Config is { TiedHead: true, Family: "olmo" };
                Assert.Equal(last, gone.Count == 0);
                var hook = new Hook(layer, point);
                using var batch = new ActivationCapture(model, [hook]).Capture(fixture.Batch());
                var expected = fixture.Expected(hook.Name);
                var size = expected.Max(Math.Abs);
                Assert.All(expected.Zip(Values(batch.Activations[0])), p => Assert.Equal(p.First, p.Second, 2e-5 * size));
            }
        }
    }

    [Fact]
    public void Hooks_keep_their_order_whatever_it_is()
    {
        using var fixture = FamilyFixture.Open("llama-1");
        using var model = LanguageModel.Load(fixture.Folder);
        Hook[] hooks = [new(1, HookPoint.AttnOut), new(0, HookPoint.ResidPost), new(1, HookPoint.ResidPre)];
        using var batch = new ActivationCapture(model, hooks).Capture(fixture.Batch());
        Assert.Equal(hooks.Select(h => h.Name), batch.Names);

        // What leaves a block enters the next, bit for bit.
        Assert.Equal(Values(batch.Activations[1]), Values(batch.Activations[2]));
        Assert.NotEqual(Values(batch.Activations[0]), Values(batch.Activations[2]));
    }

    [Fact]
    public void No_tensor_outlives_a_pass()
    {
        using var fixture = FamilyFixture.Open("qwen2-window-above");
        using var model = LanguageModel.Load(fixture.Folder);
        var capture = new ActivationCapture(model, [new(2, HookPoint.ResidMid), new(0, HookPoint.MlpOut)]);
        capture.Capture(fixture.Batch()).Dispose();
        var before = LiveTensors.Count;
        for (var i = 0; i < 3; i++)
        {
            capture.Capture(fixture.Batch()).Dispose();
            var pass = capture.CaptureAll(fixture.Batch(), logits: true);
            Assert.Equal(before + 3, LiveTensors.Count);
            pass.Dispose();
            pass.Dispose();
            Assert.Equal(before, LiveTensors.Count);
        }
    }

    [Fact]
    public void Names_are_those_of_the_field()
    {
        Assert.Equal(["resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post"], Enum.GetValues<HookPoint>().Select(HookPoints.Name));
        Assert.All(Enum.GetValues<HookPoint>(), p => Assert.Equal(p, HookPoints.Find(HookPoints.Name(p))));
        Assert.Null(HookPoints.Find("ResidPre"));
        Assert.Equal(("layers.3.attn_out", "blocks.3.hook_attn_out"), (new Hook(3, HookPoint.AttnOut).Name, new Hook(3, HookPoint.AttnOut).LensName));
    }
}
