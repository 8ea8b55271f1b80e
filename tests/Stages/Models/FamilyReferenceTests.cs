using System.Runtime.InteropServices;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Models;

/// <summary>
/// Every family and variant against plain PyTorch written from the papers (<c>Reference/*.py</c>). Off by means the greatest
/// difference of a tensor over its greatest value.
/// </summary>
public sealed class FamilyReferenceTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Variants => [.. FamilyFixture.Variants];

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static void Close(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double size = 0, worst = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            size = Math.Max(size, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs((double)expected[i] - actual[i]));
        }

        Assert.True(worst <= Tolerance * size, $"{what} is off by {worst / size:g3} of {size:g3}");
    }

    private static Hook[] AllHooks(ModelConfig config) =>
        [.. Enumerable.Range(0, config.Layers).SelectMany(l => Enum.GetValues<HookPoint>().Select(p => new Hook(l, p)))];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_hook_point_and_the_logits_equal_the_reference(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        var hooks = AllHooks(model.Config);
        using var pass = new ActivationCapture(model, hooks).CaptureAll(fixture.Batch(), logits: true);
        Assert.Equal(fixture.Names.Order(StringComparer.Ordinal), hooks.Select(h => h.Name).Append("logits").Order(StringComparer.Ordinal));
        foreach (var (hook, tensor) in hooks.Zip(pass.Activations.Activations))
        {
            Close(hook.Name, fixture.Expected(hook.Name), Values(tensor));
        }

        Close("logits", fixture.Expected("logits"), Values(pass.Logits!));
        Assert.Equal(fixture.Rows.Sum(r => r.Length - 1), pass.Predicted);
        Assert.Equal(fixture.Loss, pass.LossSum / pass.Predicted, 1e-5);
        Assert.Equal(fixture.Loss, model.Loss(fixture.Batch()), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_capture_of_one_hook_equals_the_reference(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        foreach (var hook in AllHooks(model.Config))
        {
            using var batch = new ActivationCapture(model, [hook]).Capture(fixture.Batch());
            Close(hook.Name, fixture.Expected(hook.Name), Values(batch.Activations[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_last_position_of_every_prefix_agrees_with_the_full_pass(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        var row = fixture.Rows[0];
        var vocabulary = model.Config.VocabularySize;
        using var whole = model.Logits(new TokenBatch(row, row.Length, [new RowSource(0, 0, row.Length)]));
        var expected = Values(whole);
        for (var length = 1; length <= row.Length; length++)
        {
            using var part = model.Logits(new TokenBatch(row[..length], length, [new RowSource(0, 0, length)]));
            var last = (length - 1) * vocabulary;
            Close($"position {length - 1}", expected.AsSpan(last, vocabulary), Values(part).AsSpan(last, vocabulary));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void With_autograd_the_loss_is_the_same_and_every_parameter_has_the_gradient_of_the_loss(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        using var model = LanguageModel.Load(fixture.Folder);
        foreach (var parameter in model.Parameters)
        {
            parameter.requires_grad = true;
        }

        using (var loss = model.LossTensor(fixture.Batch()))
        {
            Assert.Equal(fixture.Loss, loss.item<float>(), 1e-5);
            loss.backward();
        }

        // Along the gradient of all parameters together the loss rises by its length.
        var gradients = model.Parameters.Select(p => p.grad!).ToArray();
        Assert.All(gradients, Assert.NotNull);
        var length = Math.Sqrt(gradients.Sum(g => Values(g).Sum(v => (double)v * v)));
        double At(double distance)
        {
            using var noGrad = no_grad();
            foreach (var (parameter, gradient) in model.Parameters.Zip(gradients))
            {
                using var step = gradient.mul(distance / length);
                parameter.add_(step);
            }

            return model.Loss(fixture.Batch());
        }

        const double distance = 0.002;
        var above = At(distance);
        var below = At(-2 * distance);
        Assert.Equal(1, (above - below) / (2 * distance) / length, 0.02);
        Assert.All(gradients, g => g.Dispose());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Its_configuration_is_written_as_it_was_read(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        var config = ModelConfig.Load(fixture.Folder);
        var folder = Directory.CreateTempSubdirectory("family-");
        try
        {
            CheckpointFolder.WriteConfig(folder.FullName, config);
            Assert.Empty(ModelConfig.Load(folder.FullName).DifferencesFrom(config));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_family_has_at_least_two_variants()
    {
        var families = FamilyFixture.Variants.Select(v => ModelConfig.Load(Path.Combine(FamilyFixture.Reference, "Fixtures", v)).Family).ToArray();
        Assert.Equal(["gpt2", "gpt_neox", "llama", "mistral", "olmo", "olmo2", "qwen2", "qwen3"], families.Distinct().Order(StringComparer.Ordinal));
        Assert.All(families, f => Assert.True(families.Count(g => g == f) >= 2));
    }
}
