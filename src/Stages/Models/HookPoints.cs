namespace Emergence.Stages.Models;

/// <summary>The names of the hook points.</summary>
public static class HookPoints
{
    private static readonly string[] Names = ["resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post"];

    /// <summary>All names, in the order of <see cref="HookPoint"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>A point's name, such as <c>resid_post</c>.</summary>
    /// <param name="point">The point.</param>
    public static string Name(HookPoint point) => Names[(int)point];

    /// <summary>The point of a name.</summary>
    /// <param name="name">As <see cref="Name"/> writes it.</param>
    /// <returns>The point; null when no point is called so.</returns>
    public static HookPoint? Find(string name) => Array.IndexOf(Names, name) is var at and >= 0 ? (HookPoint)at : null;
}
