using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Tensors;

public sealed class AccessTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _m = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, new long[] { 2, 3 });

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_tensor_tells_what_it_is()
    {
        Assert.Equal([2L, 3], _m.shape);
        Assert.Equal([2L, 3], _m.size());
        Assert.Equal(3, _m.size(1));
        Assert.Equal(3, _m.size(-1));
        Assert.Equal([3L, 1], _m.stride());
        Assert.Equal(2, _m.dim());
        Assert.Equal(2, _m.ndim);
        Assert.Equal(6, _m.numel());
        Assert.Equal(6, _m.NumberOfElements);
        Assert.Equal(4, _m.ElementSize);
        Assert.Equal(float32, _m.dtype);
        Assert.Equal(DeviceType.CPU, _m.device_type);
        Assert.Equal(DeviceType.CPU, _m.device.type);
        Assert.True(_m.is_contiguous());
        Assert.True(_m.is_floating_point());
        Assert.False(_m.is_cuda);
        Assert.True(Whole(1).is_integral());
        Assert.Equal(1, _m.narrow(1, 1, 2).storage_offset());
    }

    [Fact]
    public void The_accessor_reads_in_row_major_order_whatever_the_strides()
    {
        Assert.Equal([1f, 2, 3, 4, 5, 6], _m.data<float>().ToArray());
        Assert.Equal([1f, 4, 2, 5, 3, 6], _m.t().data<float>().ToArray());
        Assert.Equal([3f, 6], _m[.., 2].data<float>().ToArray());
        Assert.Equal([7f], tensor(7f).data<float>().ToArray());
        Assert.Equal([1f, 4, 2, 5, 3, 6], _m.t().data<float>());
        var accessor = _m.data<float>();
        Assert.Equal(6, accessor.Count);
        Assert.Equal(6f, accessor[1, 2]);
        Assert.Throws<IndexOutOfRangeException>(() => accessor[2, 0]);
    }

    [Fact]
    public void The_accessor_copies_parts_in_both_directions_and_writes_through()
    {
        var array = new float[5];
        _m.data<float>().CopyTo(array, arrayIndex: 1, tensorIndex: 3);
        Assert.Equal([0f, 4, 5, 6, 0], array);
        _m.t().data<float>().CopyTo(array.AsSpan(0, 2));
        Assert.Equal([1f, 4], array[..2]);
        _m.data<float>().CopyFrom(new float[] { 9, 8 }, tensorIndex: 2);
        _m.data<float>()[0, 0] = 7;
        Assert.Equal([7f, 2, 9, 8, 5, 6], _m.data<float>().ToArray());
    }

    [Fact]
    public void Bytes_are_the_tensors_memory()
    {
        _m.bytes[..4].Clear();
        Assert.Equal(0f, _m[0, 0].item<float>());
        Assert.Equal(24, _m.bytes.Length);
        _m.bytes = new byte[24];
        Assert.Equal(0f, _m.sum().item<float>());
        Assert.Throws<InvalidOperationException>(() => _m.t().bytes.Length);
        Assert.Throws<ArgumentException>(() => _m.bytes = new byte[3]);
    }

    [Fact]
    public void Streams_fill_and_empty_a_tensor_and_an_early_end_is_an_error()
    {
        var file = new MemoryStream();
        _m.WriteBytesToStream(file, bufferSize: 5);
        Assert.Equal(24, file.Length);
        file.Position = 0;
        var read = zeros(2, 3);
        read.ReadBytesFromStream(file, bufferSize: 7);
        Assert.True(read.Equals(_m));
        Assert.Throws<EndOfStreamException>(() => read.ReadBytesFromStream(new MemoryStream(new byte[10])));
    }

    [Fact]
    public void One_element_becomes_a_NET_number()
    {
        Assert.Equal(2.5f, tensor(2.5f).item<float>());
        Assert.Equal(2.5, tensor(2.5).ToDouble());
        Assert.Equal(2.5f, tensor(2.5).ToSingle());
        Assert.Equal(3L, tensor(3L).ToInt64());
        Assert.Equal(3, tensor(3).ToInt32());
        Assert.True(tensor(true).ToBoolean());
        Assert.Equal(2.5f, (float)tensor(2.5f));
        Assert.Equal(3L, (long)tensor(3L));
        Assert.Throws<ArgumentException>(() => _m.item<float>());
        Assert.Throws<ArgumentException>(() => tensor(2.5f).item<double>());
        Assert.Throws<ArgumentException>(() => _m.data<int>());
    }

    [Fact]
    public void Conversions_change_the_type_and_copies_are_independent()
    {
        Assert.Equal(float64, _m.to(float64).dtype);
        Assert.Equal(int32, _m.@int().dtype);
        Assert.Equal(bfloat16, _m.bfloat16().dtype);
        Same([1, 2, 3, 4, 5, 6], _m.bfloat16().@float());
        Same([1, 2, 3, 4, 5, 6], _m.half().@double());
        Same([-1], tensor(-1.7).@long());
        Same([1, 0], Row(0.5, 0).@bool());
        Assert.Equal(int64, _m.type_as(Whole(1)).dtype);
        var clone = _m.clone();
        var alias = _m.alias();
        var detached = _m.detach();
        _m.zero_();
        Same([1, 2, 3, 4, 5, 6], clone);
        Same([0, 0, 0, 0, 0, 0], alias);
        Same([0, 0, 0, 0, 0, 0], detached);
        Same([1, 2, 3, 4, 5, 6], _m.copy_(clone));
        Same([1, 2, 3, 4, 5, 6], _m.cpu());
        var gone = _m.to(float64, disposeAfter: true);
        Assert.True(_m.IsInvalid);
        Assert.Equal(6, gone.numel());
    }

    [Fact]
    public void Numbers_and_arrays_become_tensors_where_one_is_wanted()
    {
        Tensor number = 2.5;
        Tensor array = new[] { 1f, 2f };
        Assert.Equal(float64, number.dtype);
        Assert.Equal([2L], array.shape);
        Assert.Equal(int64, ((Scalar)3).Type);
        Assert.Equal(float64, ((Scalar)3f).Type);
        Assert.Equal(2.5, _m.mean().add(-1).ToScalar().ToDouble());
    }
}
