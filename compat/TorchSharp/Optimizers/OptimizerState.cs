namespace TorchSharp.Modules;

/// <summary>What an optimiser remembers about one parameter from step to step.</summary>
public abstract class OptimizerState(Parameter parameter)
{
    private readonly Parameter _parameter = parameter;

    public virtual void Initialize(OptimizerOptions options)
    {
    }

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    private protected torch.Tensor Zeros()
    {
        using var without = torch.no_grad();
        return torch.zeros_like(_parameter).DetachFromDisposeScope();
    }

    private protected static void SaveTensor(BinaryWriter writer, torch.Tensor tensor)
    {
        using var here = tensor.cpu();
        using var packed = here.contiguous();
        writer.Write(packed.numel() * packed.ElementSize);
        writer.Flush();
        packed.WriteBytesToStream(writer.BaseStream, 1 << 20);
    }

    private protected static void LoadTensor(BinaryReader reader, torch.Tensor target)
    {
        var length = reader.ReadInt64();
        if (length != target.numel() * target.ElementSize)
            throw new ArgumentException($"The saved optimiser state has {length} bytes where the parameter's needs {target.numel() * target.ElementSize}.");
        using var read = torch.empty(target.shape, target.dtype);
        read.ReadBytesFromStream(reader.BaseStream, 1 << 20);
        target.copy_(read);
    }
}
