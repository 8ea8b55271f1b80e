using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Factories;

public sealed class FactoryTests
{
    [Fact]
    public void Filled_tensors_have_the_shape_type_and_value_asked_for()
    {
        using var scope = NewDisposeScope();
        Same([0, 0, 0, 0, 0, 0], [2, 3], zeros(2, 3));
        Same([1, 1], [2], ones(2, int64));
        Same([7, 7], [1, 2], full(1, 2, 7, float64));
        Same([], [0, 3], empty(0, 3));
        Same([0, 0, 0, 0], [1, 2, 2, 1], zeros(new long[] { 1, 2, 2, 1 }));
        Assert.Equal([2L, 3, 4, 5], empty(2, 3, 4, 5, float64).shape);
        Assert.Equal(float32, zeros(1).dtype);
        Assert.Equal(@bool, ones(1, @bool).dtype);
        Assert.True(zeros(1, requires_grad: true).requires_grad);
        Assert.Equal([1L, 2], empty_strided(new long[] { 2, 3 }, new long[] { 1, 2 }).stride());
    }

    [Fact]
    public void Sequences()
    {
        using var scope = NewDisposeScope();
        Same([0, 1, 2], arange(3));
        Assert.Equal(int64, arange(3).dtype);
        Same([2, 4], arange(2, 6, 2));
        Same([0, 0.5, 1], arange(0, 1.5, 0.5));
        Assert.Equal(float32, arange(0, 1.5, 0.5).dtype);
        Assert.Equal(float64, arange(4, float64).dtype);
        Same([0, 0.5, 1], linspace(0, 1, 3));
        Same([1, 0, 0, 1], [2, 2], eye(2));
        Same([1, 0, 0, 0, 1, 0], [2, 3], eye(2, 3));
    }

    [Fact]
    public void Likenesses_take_shape_and_type_unless_told_otherwise()
    {
        using var scope = NewDisposeScope();
        var model = Matrix(2, 1, 2, 3, 4);
        Same([0, 0, 0, 0], [2, 2], zeros_like(model));
        Same([1, 1, 1, 1], [2, 2], model.ones_like());
        Same([3, 3, 3, 3], [2, 2], full_like(model, 3));
        Assert.Equal(float64, empty_like(model).dtype);
        Assert.Equal(int32, zeros_like(model, int32).dtype);
        Assert.Equal([2L, 2], randn_like(model).shape);
        Assert.Equal([2L, 2], rand_like(model).shape);
    }

    [Fact]
    public void NET_values_of_every_element_type_become_tensors_of_it()
    {
        using var scope = NewDisposeScope();
        Assert.Equal((uint8, 3.0), Typed(tensor(new byte[] { 3 })));
        Assert.Equal((int8, -3.0), Typed(tensor(new sbyte[] { -3 })));
        Assert.Equal((int16, -3.0), Typed(tensor(new short[] { -3 })));
        Assert.Equal((int32, -3.0), Typed(tensor(new[] { -3 })));
        Assert.Equal((int64, -3.0), Typed(tensor(new[] { -3L })));
        Assert.Equal((float16, 0.5), Typed(tensor(new[] { (Half)0.5 })));
        Assert.Equal((float32, 0.5), Typed(tensor(new[] { 0.5f })));
        Assert.Equal((float64, 0.5), Typed(tensor(new[] { 0.5 })));
        Assert.Equal((@bool, 1.0), Typed(tensor(new[] { true })));
        Assert.Equal((int64, 3.0), Typed(tensor(3L)));
        Assert.Equal((float64, 0.5), Typed(tensor(0.5)));
        Assert.Equal((float32, 0.5), Typed(tensor(0.5f)));
        Assert.Equal((int32, 5.0), Typed(tensor(5)));
        Assert.Equal((@bool, 1.0), Typed(tensor(true)));
        Assert.Equal((float32, 3.0), Typed(tensor(3L, float32)));
        Assert.Equal((float32, 0.5), Typed(tensor(new[] { 0.5 }, float32)));

        static (ScalarType, double) Typed(Tensor t) => (t.dtype, Of(t)[0]);
    }

    [Fact]
    public void Lists_memory_and_arrays_take_dimensions()
    {
        using var scope = NewDisposeScope();
        var values = new float[] { 1, 2, 3, 4 };
        Same([1, 2, 3, 4], [2, 2], tensor(values, new long[] { 2, 2 }));
        Same([1, 2, 3, 4], [2, 2], tensor(values, 2, 2));
        Same([1, 2, 3, 4], [4], tensor(new List<float>(values)));
        Same([1, 2, 3, 4], [2, 1, 2], tensor(new List<float>(values), 2, 1, 2));
        Same([2, 3], [2], tensor(values.AsMemory(1, 2), new long[] { 2 }));
        Same([1, 2, 3, 4], [2, 2], from_array(new float[,] { { 1, 2 }, { 3, 4 } }));
        Assert.Throws<ArgumentException>(() => tensor(values, new long[] { 3 }));
    }

    [Fact]
    public void A_tensor_of_an_array_does_not_follow_later_changes_but_a_buffer_does()
    {
        using var scope = NewDisposeScope();
        var values = new float[] { 1, 2, 3 };
        var copy = tensor(values);
        var shared = frombuffer(values, float32, count: 2, offset: 1);
        values[1] = 9;
        Same([1, 2, 3], copy);
        Same([9, 3], shared);
        shared.fill_(4);
        Assert.Equal([1f, 4, 4], values);
        Assert.Throws<ArgumentException>(() => frombuffer(values, float32, offset: 3));
    }
}
