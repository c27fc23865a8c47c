import 'uplot/dist/uPlot.min.css';
import '../style/colours.css';
import '../style/ground.css';
import '../style/marks.css';
import '../style/tables.css';
import '../style/charts.css';
