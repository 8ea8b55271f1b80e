using Emergence.Cli.Options;

namespace Emergence.Cli.Sae;

/// <summary>The settings that name a file of activations.</summary>
internal static class ActivationOptions
{
    private enum Stored
    {
        Itself,
        BFloat16,
    }

    /// <summary>The file.</summary>
    public static Setting File { get; } = Setting.Valued("activations", "FILE", "rows of numbers, one for each token: .npy (float32, float16) or .safetensors (these and bfloat16)");

    /// <summary>The tensor in it.</summary>
    public static Setting Tensor { get; } = Setting.Valued("tensor", "NAME", "tensor of a .safetensors file; default \"activations\", else the only one with two dimensions");

    /// <summary>How it is stored where the file cannot say it.</summary>
    public static Setting Dtype { get; } = Setting.Valued("dtype", "bfloat16", "the two-byte elements (V2, i2, u2) of a .npy file are bfloat16, which NumPy has no name for");

    /// <summary>All of them.</summary>
    public static Setting[] All { get; } = [File, Tensor, Dtype];

    /// <summary>Whether <c>--dtype bfloat16</c> was said.</summary>
    public static bool IsBFloat16(SettingReader reader) => reader.Choice(Dtype, Stored.Itself) == Stored.BFloat16;
}
