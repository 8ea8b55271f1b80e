namespace Emergence.Examples.Tests;

/// <summary>A test over data that needs a Python with PyTorch; skipped, with a message, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute()
    {
        if (PythonWithTorch.Path is null)
            Skip = TorchFactAttribute.Missing;
    }
}
