namespace Emergence.Examples.Tests;

/// <summary>A test that needs a Python with PyTorch; skipped, with a message, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    /// <summary>Why a test is skipped, and the remedy.</summary>
    public const string Missing = "needs a Python with PyTorch: apt-get install -y python3-torch, or PYTHON=<one that has it>";

    public TorchFactAttribute()
    {
        if (PythonWithTorch.Path is null)
            Skip = Missing;
    }
}
