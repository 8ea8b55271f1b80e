using Emergence.Stages.Curves.Association;

namespace Emergence.Stages.Tests.Curves.Association;

public class StudentTailTests
{
    // From the finite sums for whole degrees of freedom (Abramowitz and Stegun 26.7.3, 26.7.4) in 420-digit arithmetic.
    [Theory]
    [InlineData(1, 0.1, 4.6827448256944643e-01)]
    [InlineData(1, 1000000, 3.1830988618368455e-07)]
    [InlineData(2, 3.5, 3.6413675027234665e-02)]
    [InlineData(3, 12, 6.2250790039466834e-04)]
    [InlineData(4, 0.5, 3.2166498159093165e-01)]
    [InlineData(5, 8, 2.4645333028622203e-04)]
    [InlineData(9, 2.262157, 2.5000006652215839e-02)]
    [InlineData(9, 300, 1.2929206920194162e-19)]
    [InlineData(59, 1.5, 6.9473462689802132e-02)]
    [InlineData(59, 1.8, 3.8486869224104034e-02)]
    [InlineData(59, 12, 9.0020326933915704e-18)]
    [InlineData(59, 1000, 8.9750067664139264e-127)]
    [InlineData(120, 40, 1.5668241993082683e-71)]
    [InlineData(499, 6, 1.8975910625662121e-09)]
    public void Tail_is_accurate_far_out(int degrees, double t, double expected)
    {
        var tail = new StudentTail(degrees);

        Assert.Equal(1, tail.Upper(t) / expected, 1e-12);
        Assert.Equal(1 - expected, tail.Upper(-t), 1e-15);
    }

    [Fact]
    public void Many_degrees_of_freedom_give_the_normal_tail()
    {
        Assert.Equal(0.05, new StudentTail(1_000_000).Upper(1.6448536269514722), 1e-6);
        Assert.Equal(1, new StudentTail(10_000_000).Upper(6) / 9.865876450376946e-10, 1e-4);
    }

    [Fact]
    public void What_would_underflow_stays_above_zero_and_zero_is_a_half()
    {
        var tail = new StudentTail(500);

        Assert.Equal(StudentTail.Least, tail.Upper(1e6));
        Assert.Equal(StudentTail.Least, tail.Upper(double.PositiveInfinity));
        Assert.Equal(1, tail.Upper(double.NegativeInfinity));
        Assert.Equal(0.5, tail.Upper(0));
        Assert.Equal(1, tail.Upper(double.NaN));
    }

    [Fact]
    public void Tail_falls_everywhere_also_where_the_fractions_meet()
    {
        foreach (var degrees in new[] { 1, 2, 7, 59, 300 })
        {
            var tail = new StudentTail(degrees);
            var last = 1.0;
            for (var t = -5.0; t < 5; t += 0.01)
            {
                Assert.True(tail.Upper(t) < last);
                last = tail.Upper(t);
            }
        }
    }
}
