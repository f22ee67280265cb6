/*! Built from js/ by "npm run build"; do not edit. Contains uPlot (MIT), see LICENSE.uplot.txt. */
var jl='.uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif\
, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: r\
elative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u\
-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th \
> * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: ":";verti\
cal-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.0\
7);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;\
border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 soli\
d;pointer-events: none;will-change: transform;/*this has to be !important since we set inline "background" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-curso\
r-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}';var ec=new Intl.NumberFormat("en-US",{maximumFractionDigits:20}),nc=new Intl.NumberFormat("en-US",{notation:"compact",maximumSignificantDigits:3}),Yl=new Map,ys=t=>t==null||Number.isNaN(t);function ln(t){
return ys(t)?"–":ec.format(t)}function ks(t){return ys(t)?"–":nc.format(t)}function we(t,e){if(ys(t))return"–";let s=Yl.get(e);if(!s){let n={minimumFractionDigits:e,maximumFractionDigits:e,signDisplay:"\
negative"};Yl.set(e,s=new Intl.NumberFormat("en-US",n))}return s.format(t)}function bt(t){return ys(t)?"–":new Date(t*864e5).toISOString().slice(0,10)}function Ge(t){let e=/^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.
exec(t);if(!e)return null;let s=Date.UTC(e[1],e[2]-1,e[3])/864e5;return bt(s)===t.trim()?s:null}var sc=new Set(["button","input","select","textarea"]);function A(t,e={},...s){let n=document.createElement(t);sc.has(t)&&(n.dataset.lmSuppressShortcuts="true");for(let[o,l]of Object.entries(e))o.startsWith(
"on")?n.addEventListener(o.slice(2),l):o in n&&typeof l!="string"?n[o]=l:l!=null&&l!==!1&&n.setAttribute(o,l);return n.append(...s.filter(o=>o!==null)),n}function Ne(t,e){t.textContent!==e&&(t.textContent=
e)}function ql(t){let e=t.slice().sort(),s=0;for(let l=0;l<e.length;l++)(l===0||e[l]!==e[s-1])&&(e[s++]=e[l]);let n=e.slice(0,s),o=new Int32Array(t.length);for(let l=0;l<t.length;l++){let i=0,a=s-1;for(;i<
a;){let u=i+a>>1;n[u]<t[l]?i=u+1:a=u}o[l]=i+1}return{ranks:o,distinct:n}}var bo=class{constructor(e){for(this.sums=new Int32Array(e+1),this.counts=new Int32Array(e+1),this.size=0,this.top=1;this.top*2<=
e;)this.top*=2}add(e,s){let{sums:n}=this;this.size+=s,this.counts[e]+=s;for(let o=e;o<n.length;o+=o&-o)n[o]+=s}below(e){let s=0;for(let n=e-1;n>0;n-=n&-n)s+=this.sums[n];return s}select(e){let{sums:s}=this,
n=0;for(let o=this.top;o>0;o>>=1)n+o<s.length&&s[n+o]<e&&(n+=o,e-=s[n]);return n+1}};function Kl({ranks:t,distinct:e},s,n){let o=new bo(e.length);for(let l=0;l<t.length;l++)o.add(t[l],1),l>=s&&o.add(t[l-
s],-1),n(o,l)}function Jl(t,e,s=e){let n=new Float64Array(t.ranks.length).fill(NaN);return Kl(t,e,(o,l)=>{let i=t.ranks[l];o.size>=s&&(n[l]=o.below(i)+(o.counts[i]+1)/2)}),n}function Zl(t,e,s=e){let n=new Float64Array(
t.ranks.length).fill(NaN),o=(l,i)=>t.distinct[l.select(i)-1];return Kl(t,e,(l,i)=>{let a=l.size;a===0||a<s||(n[i]=a%2?o(l,(a+1)/2):(o(l,a/2)+o(l,a/2+1))/2)}),n}function es(t,e,s=null){let n=t.length,o=new Float64Array(n);for(let l=0;l<n;l++){let i=e[l]!==0&&(s===null||s[l])?t[l]/e[l]:NaN;o[l]=Number.isFinite(i)?i:NaN}return o}var rn=(t,e)=>Math.min(t+1,e);function ko(t,e){
let s=t.length,n=Math.max(Math.min(e,s),1),o=new Float64Array(s);for(let l=0;l<s;l+=n){let i=Math.min(l+n,s);for(let a=l,u=0;a<i;a++)o[a]=u+=t[a]}for(let l=0;l+n<=s;l+=n)for(let i=l+n-1,a=0;i>l;i--)a+=
t[i],i+n<=s&&(o[i+n-1]+=a);return o}function vo(t,e,s=e){let n=ko(t,e),o=n.length;for(let l=0;l<o;l++){let i=rn(l,e),a=i>=s?n[l]/i:NaN;n[l]=Number.isFinite(a)?a:NaN}return n}function So(t,e){let s=t.length,
n=new Float64Array(s),o=new Float64Array(s);if(s===0)return{fromMean:n,squares:o};let l=Math.min(e,s),i=new Float64Array(s);for(let a=0;a<s;a+=l){let u=Math.min(a+l,s),p=t[a],g=0,d=0,b=0;for(let k=a,S=1;k<
u;k++,S++){let _=t[k]-p,$=k===a?_:_-d;g+=_,d=g/S,b+=$*$*((S-1)/S),i[k]=d,o[k]=b,n[k]=t[k]-p-d}}return l===1||s<=l?{fromMean:n,squares:o}:(oc({values:t,size:l,means:i,fromMean:n,squares:o}),{fromMean:n,
squares:o})}function oc({values:t,size:e,means:s,fromMean:n,squares:o}){let l=t.length;for(let i=0;i+e<=l;i+=e){let a=t[i+e-1],u=0,p=0,g=0;for(let d=i+e-1,b=1;d>i;d--,b++){let k=t[d]-a,S=b===1?k:k-p;u+=
k,p=u/b,g+=S*S*((b-1)/b);let _=d+e-1;if(_>=l)continue;let $=e-b,R=b/e,y=t[i+e]-a;y+=s[_]-p,n[_]+=y*R,o[_]+=g+y*y*R*$}}}var wo=2**26;function Ql(t){let e=t.length,s=0;for(let l=0;l<e;l++){let i=t[l];if(!Number.
isInteger(i))return null;i>s&&(s=i)}if(s*e>=2**62)return null;if(s*e<=Number.MAX_SAFE_INTEGER){let l=xo(t,i=>i);return i=>yo(l,i)}let n=xo(t,l=>l%wo),o=xo(t,l=>Math.floor(l/wo));return l=>{let i=yo(o,
l),a=yo(n,l);for(let u=0;u<e;u++)i[u]=i[u]*wo+a[u];return i}}function xo(t,e){let s=new Float64Array(t.length+1);for(let n=0;n<t.length;n++)s[n+1]=s[n]+e(t[n]);return s}function yo(t,e){let s=t.length-
1,n=new Float64Array(s);for(let o=0;o<s;o++)n[o]=t[o+1]-t[Math.max(o+1-e,0)];return n}var lc=["sum","mean","median","ema"],vs=class{constructor(e){this.length=e.length;let s=[];for(let n=0;n<e.length;n++)Number.isNaN(e[n])||s.push(n);this.rows=s.length===e.length?null:Int32Array.from(s),
this.values=this.pick(e)}pick(e){return this.rows===null?e:Float64Array.from(this.rows,s=>e[s])}scatter(e){if(this.rows===null)return e;let s=new Float64Array(this.length).fill(NaN);for(let n=0;n<e.length;n++)
s[this.rows[n]]=e[n];return s}},Ss=class{#t=new Map;constructor(e,s){if(e.length!==s.length)throw new RangeError(`${e.length} calls and ${s.length} puts: one of each a day.`);this.length=e.length,this.
call=e,this.put=s,this.ratio=es(s,e)}#e(e,s){return this.#t.has(e)||this.#t.set(e,s()),this.#t.get(e)}get ratios(){return this.#e("ratios",()=>new vs(this.ratio))}get order(){return this.#e("order",()=>ql(
this.ratios.values))}get sums(){return this.#e("sums",()=>{let e=new vs(this.call.map((o,l)=>o+this.put[l])),s=[e.pick(this.call),e.pick(this.put)],n=s.map(Ql);return{both:e,sums:n.includes(null)?s.map(
o=>l=>ko(o,l)):n}})}};function Xl({call:t,put:e}){return es(e,t.map((s,n)=>s+e[n]))}function an(t,e,s,n=e){let{ratios:o}=t;switch(s){case"sum":{let{both:l,sums:i}=t.sums,[a,u]=i.map(g=>g(e)),p=a.map((g,d)=>rn(
d,e)>=n);return l.scatter(es(u,a,p))}case"mean":return o.scatter(vo(o.values,e,n));case"median":return o.scatter(Zl(t.order,e,n));case"ema":return o.scatter(ic(o.values,e,n));default:throw new RangeError(
`how=${s} must be one of ${lc.join(", ")}.`)}}function ic(t,e,s){let n=1/(1+(e-1)/2),o=1-n,l=new Float64Array(t.length),i=NaN;return t.forEach((a,u)=>{u===0?i=a:i!==a&&(i=(o*i+n*a)/(o+n)),l[u]=u+1>=s?
i:NaN}),l}function ti({ratios:t},e,s=e){let{fromMean:n,squares:o}=So(t.values,e),l=Math.max(s,2);for(let i=0;i<n.length;i++){let a=rn(i,e),u=Math.sqrt(o[i]/Math.max(a-1,1)),p=a>=l&&u!==0?n[i]/u:NaN;n[i]=
Number.isFinite(p)?p:NaN}return t.scatter(n)}function Ms(t,e,s=e){return Jl(t.order,e,s)}function ei(t,e,s=e,n=Ms(t,e,s)){return t.ratios.scatter(n.map((o,l)=>o/rn(l,e)))}function ni(t,e,s,n,o=Ms(t,e)){
if(!(s<n))throw new RangeError(`lower=${s}, upper=${n}: lower must be below upper.`);let l=o.map((i,a)=>{let u=(i-.5)/rn(a,e);return Number.isNaN(u)?NaN:(u>=n)-(u<=s)});return t.ratios.scatter(l)}function si({
ratios:t},e,s,n=e){if(!(s>0))throw new RangeError(`k=${s} must be a number above 0.`);let o=vo(t.values,e,n),{squares:l}=So(t.values,e),i=new Float64Array(o.length),a=new Float64Array(o.length),u=Math.
max(n,2),p=g=>Number.isFinite(g)?g:NaN;for(let g=0;g<o.length;g++){let d=rn(g,e),b=d>=u?p(l[g]/(d-1)):NaN,k=s*Math.sqrt(b);i[g]=p(o[g]+k),a[g]=p(o[g]-k)}return{middle:t.scatter(o),upper:t.scatter(i),lower:t.
scatter(a)}}function oi(t,e,s){if(e>=s)throw new RangeError(`short=${e}, long=${s}: short must be shorter than long.`);return es(an(t,e,"mean"),an(t,s,"mean")).map(o=>o-1)}function Mo({ratios:t},e){return t.
scatter(t.values.map((s,n,o)=>n<e?NaN:s-o[n-e]))}function li({ratio:t},e,s=0){let n=[],o=0;for(let l=0;l<e.length;l++){if(Number.isNaN(t[l]))continue;o++;let i=e[l];if(!i)continue;let a=n.at(-1);a&&a.
side===i&&o-a.end<=s+1?(a.last=l,a.length+=o-a.end,a.end=o):n.push({side:i,first:l,last:l,length:1,end:o})}return n.map(({end:l,...i})=>({...i,after:o-l}))}var ns={zscore:(t,{lookback:e})=>t.recall("zscore",ti,e),percentile:(t,{lookback:e})=>t.recall("percentile",ei,e,e,ii(t,e)),rolling_ratio:(t,{window:e})=>t.recall("sum",an,e,"sum"),ema:(t,{window:e})=>t.
recall("ema",an,e,"ema"),median:(t,{window:e})=>t.recall("median",an,e,"median"),detrend:(t,{window:e,lookback:s})=>t.recall("detrend",ac,e,s),momentum:(t,{window:e})=>t.recall("momentum",Mo,e),put_share:t=>t.
recall("put_share",Xl)},rc=Object.keys(ns),ii=(t,e)=>t.recall("ranks",Ms,e);function ac(t,e,s){if(e>=s)throw new RangeError(`Window ${e} is not shorter than Lookback ${s}, as the detrended ratio requi\
res. Move one of the sliders, or choose another metric.`);return oi(t,e,s)}var Eo=class{#t=new Map;constructor(e,s){this.days=e,this.counts=s}recall(e,s,...n){let o=this.#t.get(e);if(o&&o.settings.every(
(i,a)=>Object.is(i,n[a])))return o.result;let l=s(this.counts,...n);return this.#t.set(e,{settings:n,result:l}),l}};function ri({days:t,call:e,put:s}){if(t.length!==e.length)throw new RangeError(`${t.
length} days and ${e.length} calls: one of each a day.`);return new Eo(t,new Ss(e,s))}function To(t,e){let{window:s,lookback:n,metric:o,lower:l,upper:i,k:a}=e;if(!Object.hasOwn(ns,o))throw new RangeError(
`metric=${o} must be one of ${rc.join(", ")}.`);let u=t.recall("bands",si,s,a);return{ratio:t.counts.ratio,mean:u.middle,upper:u.upper,lower:u.lower,slow_mean:t.recall("slow_mean",an,n,"mean"),metric:ns[o](
t,e),zscore:ns.zscore(t,e),percentile:ns.percentile(t,e),extreme:t.recall("extreme",ni,n,l,i,ii(t,n))}}function ai(t,e,s=t.days.length){let n=To(t,e),o=Math.min(s,t.days.length)-1;for(;o>=0&&Number.isNaN(
n.ratio[o]);)o--;let l=u=>o>=0?u[o]:NaN,i=li(t.counts,n.extreme.subarray(0,o+1)).at(-1),a=i!==void 0&&i.after===0;return{row:o,day:o>=0?t.days[o]:null,ratio:l(n.ratio),change:l(t.recall("change",Mo,1)),
mean:l(n.mean),metric:l(n.metric),percentile:l(n.percentile),zscore:l(n.zscore),side:a?i.side:0,age:a?i.length:0,since:i?i.after:null}}var ci=t=>t.buffer.slice(t.byteOffset,t.byteOffset+t.byteLength),cc=t=>new Int32Array(ci(t)),Ao=t=>new Float64Array(ci(t)),_o=new WeakMap;function ui(t){return _o.has(t)||_o.set(t,{series:t.series.map(
e=>{let s=cc(e.days),[n,o]=[Ao(e.call),Ao(e.put)],l=e.price?Ao(e.price):null;return{...e,days:s,call:n,put:o,price:l,prepared:ri({days:s,call:n,put:o})}})}),_o.get(t).series}function $n(t,e){let[s,n]=[
0,t.length];for(;s<n;){let o=s+n>>1;t[o]<e?s=o+1:n=o}return s}function uc(t){let[e]=t;if(t.every(({days:n})=>fi(n,e.days)))return e.days;let s=new Set;for(let n of t)for(let o of n.days)s.add(o);return Int32Array.
from(s).sort()}var fi=(t,e)=>t.length===e.length&&t.every((s,n)=>s===e[n]);function hi(t,[e,s]){let n=t.map(l=>{let[i,a]=[$n(l.days,e),$n(l.days,s+1)];return{series:l,begin:i,end:a,days:l.days.subarray(
i,a),places:null,placed:new WeakMap}}),o=n.length?uc(n):new Int32Array;for(let l of n)if(!fi(l.days,o)){l.places=new Int32Array(l.days.length);for(let i=0,a=0;i<l.days.length;i++){for(;o[a]<l.days[i];)
a++;l.places[i]=a}}return{days:o,parts:n}}function pi({days:t,parts:e},s){for(let n of e)n.result=To(n.series.prepared,s);return{days:t,parts:e,zoom:fc(s.zoom,t)}}function fc(t,e){let s=[0,Math.max(e.
length-1,0)];if(!t)return s;let[n,o]=t.map(a=>Date.parse(a)/864e5),[l,i]=[$n(e,n),$n(e,o+1)-1];return l<=i?[l,i]:s}function cn(t,e,s){let{places:n,begin:o,end:l,placed:i}=t,a=i.get(e);if(!a){a=new Array(
s).fill(void 0);for(let u=o;u<l;u++){let p=e[u];a[n?n[u-o]:u-o]=p===p?p:null}i.set(e,a)}return a}function ze(t,e){let[s,n]=[e.days[e.zoom[0]],e.days[e.zoom[1]]];return s===void 0?[t.begin,t.begin]:[Math.
max(t.begin,$n(t.series.days,s)),Math.min(t.end,$n(t.series.days,n+1))]}var hc=700,Ce=(t,e,s,n,o={})=>({id:t,label:e,stroke:s,values:n,digits:2,width:1.5,...o});function di(t,e,s,n,o){let{result:l,series:i}=t,a=e.days.length,u=b=>cn(t,b,a),p=n.metrics[s.metric],g=u(l.extreme),
d=[pc(t,a,o,s.hidden.includes("volume.call"))];return d.push({id:"ratio",title:"Put/call ratio",height:.42,extreme:g,lines:[Ce("upper","band",o.band,u(l.upper),{band:!0,width:0}),Ce("lower","",o.band,
u(l.lower),{bandEnd:!0,width:0}),Ce("ratio","ratio",o.ratio,u(l.ratio),{width:1}),Ce("mean",`mean ${s.window}`,o.mean,u(l.mean),{width:2}),Ce("slow",`mean ${s.lookback}`,o.slow,u(l.slow_mean),{dash:[5,
4]})]}),d.push({id:"metric",title:gi(p.title),height:.28,extreme:g,marks:p.marks,limits:s.metric==="percentile"?[0,1]:null,lines:[Ce("metric",p.title,o.metric,u(l.metric),{digits:s.metric==="percentil\
e"?3:2})]}),i.price&&d.push({id:"price",title:i.priceName,height:.3,extreme:g,marked:!0,lines:[Ce("price",i.priceName,o.price,u(i.price))]}),d}function pc(t,e,s,n){let{call:o,put:l}=t.series,i=cn(t,o,
e),a=cn(t,l,e);t.totals??=a.map((p,g)=>p==null||i[g]==null?p:p+i[g]);let u=e>hc?"area":"bars";return{id:"volume",title:"Contracts",height:.3,limits:[0,null],compact:!0,lines:[Ce("put","puts",s.put,n?a:
t.totals,{paths:u,shown:a,count:!0}),Ce("call","calls",s.call,i,{paths:u,shown:i,count:!0})]}}function mi(t,e,s,n){let o=s.metrics[e.metric];return{id:"compare",title:gi(o.title),height:1,marks:o.marks,
limits:e.metric==="percentile"?[0,1]:null,lines:t.parts.map((l,i)=>Ce(l.series.title,l.series.title,n.lines[i%n.lines.length],cn(l,l.result.metric,t.days.length),{width:1.5,digits:e.metric==="percenti\
le"?3:2}))}}var gi=t=>t[0].toUpperCase()+t.slice(1);var dc="uplot",mc="u-hz",gc="u-vt",bc="u-title",wc="u-wrap",xc="u-under",yc="u-over",kc="u-axis",hn="u-off",vc="u-select",Sc="u-cursor-x",Mc="u-cursor-y",Ec="u-cursor-pt",Tc="u-legend",Ac="u-live",_c="\
u-inline",Nc="u-series",zc="u-marker",bi="u-label",Cc="u-value",os="width",ls="height";var wi="bottom",Fn="left",No="right",jo="#000",xi=jo+"0",zo="mousemove",yi="mousedown",Co="mouseup",ki="mouseenter",vi="mouseleave",Si="dblclick",Dc="resize",Pc="scroll",Mi="change",Ns="dppxchange",Yo="\
--",Bn=typeof window<"u",Fo=Bn?document:null,On=Bn?window:null,Lc=Bn?navigator:null,it,Es;function Ro(){let t=devicePixelRatio;it!=t&&(it=t,Es&&Io(Mi,Es,Ro),Es=matchMedia(`(min-resolution: ${it-.001}d\
ppx) and (max-resolution: ${it+.001}dppx)`),pn(Mi,Es,Ro),On.dispatchEvent(new CustomEvent(Ns)))}function ne(t,e){if(e!=null){let s=t.classList;!s.contains(e)&&s.add(e)}}function Oo(t,e){let s=t.classList;
s.contains(e)&&s.remove(e)}function wt(t,e,s){t.style[e]=s+"px"}function xe(t,e,s,n){let o=Fo.createElement(t);return e!=null&&ne(o,e),s?.insertBefore(o,n),o}function fe(t,e){return xe("div",t,e)}var Ei=new WeakMap;
function De(t,e,s,n,o){let l="translate("+e+"px,"+s+"px)",i=Ei.get(t);l!=i&&(t.style.transform=l,Ei.set(t,l),e<0||s<0||e>n||s>o?ne(t,hn):Oo(t,hn))}var Ti=new WeakMap;function Ai(t,e,s){let n=e+s,o=Ti.
get(t);n!=o&&(Ti.set(t,n),t.style.background=e,t.style.borderColor=s)}var _i=new WeakMap;function Ni(t,e,s,n){let o=e+""+s,l=_i.get(t);o!=l&&(_i.set(t,o),t.style.height=s+"px",t.style.width=e+"px",t.style.
marginLeft=n?-e/2+"px":0,t.style.marginTop=n?-s/2+"px":0)}var qo={passive:!0},$c={...qo,capture:!0};function pn(t,e,s,n){e.addEventListener(t,s,n?$c:qo)}function Io(t,e,s,n){e.removeEventListener(t,s,
qo)}Bn&&Ro();function ye(t,e,s,n){let o;s=s||0,n=n||e.length-1;let l=n<=2147483647;for(;n-s>1;)o=l?s+n>>1:se((s+n)/2),e[o]<t?s=o:n=o;return t-e[s]<=e[n]-t?s:n}function sr(t){return(s,n,o)=>{let l=-1,i=-1;
for(let a=n;a<=o;a++)if(t(s[a])){l=a;break}for(let a=o;a>=n;a--)if(t(s[a])){i=a;break}return[l,i]}}var or=t=>t!=null,lr=t=>t!=null&&t>0,Ds=sr(or),Fc=sr(lr);function Rc(t,e,s,n=0,o=!1){let l=o?Fc:Ds,i=o?
lr:or;[e,s]=l(t,e,s);let a=t[e],u=t[e];if(e>-1)if(n==1)a=t[e],u=t[s];else if(n==-1)a=t[s],u=t[e];else for(let p=e;p<=s;p++){let g=t[p];i(g)&&(g<a?a=g:g>u&&(u=g))}return[a??ft,u??-ft]}function Ps(t,e,s,n){
let o=Di(t),l=Di(e);t==e&&(o==-1?(t*=s,e/=s):(t/=s,e*=s));let i=s==10?Fe:ir,a=o==1?se:he,u=l==1?he:se,p=a(i(zt(t))),g=u(i(zt(e))),d=In(s,p),b=In(s,g);return s==10&&(p<0&&(d=ht(d,-p)),g<0&&(b=ht(b,-g))),
n||s==2?(t=d*o,e=b*l):(t=ur(t,d),e=Ls(e,b)),[t,e]}function Ko(t,e,s,n){let o=Ps(t,e,s,n);return t==0&&(o[0]=0),e==0&&(o[1]=0),o}var Jo=.1,zi={mode:3,pad:Jo},rs={pad:0,soft:null,mode:0},Oc={min:rs,max:rs};
function zs(t,e,s,n){return $s(s)?Ci(t,e,s):(rs.pad=s,rs.soft=n?0:null,rs.mode=n?3:0,Ci(t,e,Oc))}function ot(t,e){return t??e}function Ic(t,e,s){for(e=ot(e,0),s=ot(s,t.length-1);e<=s;){if(t[e]!=null)return!0;
e++}return!1}function Ci(t,e,s){let n=s.min,o=s.max,l=ot(n.pad,0),i=ot(o.pad,0),a=ot(n.hard,-ft),u=ot(o.hard,ft),p=ot(n.soft,ft),g=ot(o.soft,-ft),d=ot(n.mode,0),b=ot(o.mode,0),k=e-t,S=Fe(k),_=jt(zt(t),
zt(e)),$=Fe(_),R=zt($-S);(k<1e-24||R>10)&&(k=0,(t==0||e==0)&&(k=1e-24,d==2&&p!=ft&&(l=0),b==2&&g!=-ft&&(i=0)));let y=k||_||1e3,L=Fe(y),M=In(10,se(L)),Y=y*(k==0?t==0?.1:1:l),z=ht(ur(t-Y,M/10),24),F=t>=
p&&(d==1||d==3&&z<=p||d==2&&z>=p)?p:ft,I=jt(a,z<F&&t>=F?F:ke(F,z)),B=y*(k==0?e==0?.1:1:i),O=ht(Ls(e+B,M/10),24),T=e<=g&&(b==1||b==3&&O>=g||b==2&&O<=g)?g:-ft,J=ke(u,O>T&&e<=T?T:jt(T,O));return I==J&&I==
0&&(J=100),[I,J]}var Vc=new Intl.NumberFormat(Bn?Lc.language:"en-US"),Zo=t=>Vc.format(t),oe=Math,_s=oe.PI,zt=oe.abs,se=oe.floor,Nt=oe.round,he=oe.ceil,ke=oe.min,jt=oe.max,In=oe.pow,Di=oe.sign,Fe=oe.log10,
ir=oe.log2,Hc=(t,e=1)=>oe.sinh(t)*e,Do=(t,e=1)=>oe.asinh(t/e),ft=1/0;function Pi(t){return(Fe((t^t>>31)-(t>>31))|0)+1}function Vo(t,e,s){return ke(jt(t,e),s)}function rr(t){return typeof t=="function"}
function tt(t){return rr(t)?t:()=>t}var Wc=()=>{},ar=t=>t,cr=(t,e)=>e,Bc=t=>null,Li=t=>!0,$i=(t,e)=>t==e,Uc=/\.\d*?(?=9{6,}|0{6,})/gm,dn=t=>{if(hr(t)||Ye.has(t))return t;let e=`${t}`,s=e.match(Uc);if(s==
null)return t;let n=s[0].length-1;if(e.indexOf("e-")!=-1){let[o,l]=e.split("e");return+`${dn(o)}e${l}`}return ht(t,n)};function un(t,e){return dn(ht(dn(t/e))*e)}function Ls(t,e){return dn(he(dn(t/e))*
e)}function ur(t,e){return dn(se(dn(t/e))*e)}function ht(t,e=0){if(hr(t))return t;let s=10**e,n=t*s*(1+Number.EPSILON);return Nt(n)/s}var Ye=new Map;function fr(t){return((""+t).split(".")[1]||"").length}
function cs(t,e,s,n){let o=[],l=n.map(fr);for(let i=e;i<s;i++){let a=zt(i),u=ht(In(t,i),a);for(let p=0;p<n.length;p++){let g=t==10?+`${n[p]}e${i}`:n[p]*u,d=(i>=0?0:a)+(i>=l[p]?0:l[p]),b=t==10?g:ht(g,d);
o.push(b),Ye.set(b,d)}}return o}var as={},Qo=[],Vn=[null,null],je=Array.isArray,hr=Number.isInteger,Gc=t=>t===void 0;function Fi(t){return typeof t=="string"}function $s(t){let e=!1;if(t!=null){let s=t.
constructor;e=s==null||s==Object}return e}function jc(t){return t!=null&&typeof t=="object"}var Yc=Object.getPrototypeOf(Uint8Array),pr="__proto__";function Hn(t,e=$s){let s;if(je(t)){let n=t.find(o=>o!=
null);if(je(n)||e(n)){s=Array(t.length);for(let o=0;o<t.length;o++)s[o]=Hn(t[o],e)}else s=t.slice()}else if(t instanceof Yc)s=t.slice();else if(e(t)){s={};for(let n in t)n!=pr&&(s[n]=Hn(t[n],e))}else s=
t;return s}function Tt(t){let e=arguments;for(let s=1;s<e.length;s++){let n=e[s];for(let o in n)o!=pr&&($s(t[o])?Tt(t[o],Hn(n[o])):t[o]=Hn(n[o]))}return t}var qc=0,Kc=1,Jc=2;function Zc(t,e,s){for(let n=0,
o,l=-1;n<e.length;n++){let i=e[n];if(i>l){for(o=i-1;o>=0&&t[o]==null;)t[o--]=null;for(o=i+1;o<s&&t[o]==null;)t[l=o++]=null}}}function Qc(t,e){if(eu(t)){let i=t[0].slice();for(let a=1;a<t.length;a++)i.
push(...t[a].slice(1));return nu(i[0])||(i=tu(i)),i}let s=new Set;for(let i=0;i<t.length;i++){let u=t[i][0],p=u.length;for(let g=0;g<p;g++)s.add(u[g])}let n=[Array.from(s).sort((i,a)=>i-a)],o=n[0].length,
l=new Map;for(let i=0;i<o;i++)l.set(n[0][i],i);for(let i=0;i<t.length;i++){let a=t[i],u=a[0];for(let p=1;p<a.length;p++){let g=a[p],d=Array(o).fill(void 0),b=e?e[i][p]:Kc,k=[];for(let S=0;S<g.length;S++){
let _=g[S],$=l.get(u[S]);_===null?b!=qc&&(d[$]=_,b==Jc&&k.push($)):d[$]=_}Zc(d,k,o),n.push(d)}}return n}var Xc=typeof queueMicrotask>"u"?t=>Promise.resolve().then(t):queueMicrotask;function tu(t){let e=t[0],
s=e.length,n=Array(s);for(let l=0;l<n.length;l++)n[l]=l;n.sort((l,i)=>e[l]-e[i]);let o=[];for(let l=0;l<t.length;l++){let i=t[l],a=Array(s);for(let u=0;u<s;u++)a[u]=i[n[u]];o.push(a)}return o}function eu(t){
let e=t[0][0],s=e.length;for(let n=1;n<t.length;n++){let o=t[n][0];if(o.length!=s)return!1;if(o!=e){for(let l=0;l<s;l++)if(o[l]!=e[l])return!1}}return!0}function nu(t,e=100){let s=t.length;if(s<=1)return!0;
let n=0,o=s-1;for(;n<=o&&t[n]==null;)n++;for(;o>=n&&t[o]==null;)o--;if(o<=n)return!0;let l=jt(1,se((o-n+1)/e));for(let i=t[n],a=n+l;a<=o;a+=l){let u=t[a];if(u!=null){if(u<=i)return!1;i=u}}return!0}var dr=[
"January","February","March","April","May","June","July","August","September","October","November","December"],mr=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function gr(t){
return t.slice(0,3)}var su=mr.map(gr),ou=dr.map(gr),lu={MMMM:dr,MMM:ou,WWWW:mr,WWW:su};function ss(t){return(t<10?"0":"")+t}function iu(t){return(t<10?"00":t<100?"0":"")+t}var ru={YYYY:t=>t.getFullYear(),
YY:t=>(t.getFullYear()+"").slice(2),MMMM:(t,e)=>e.MMMM[t.getMonth()],MMM:(t,e)=>e.MMM[t.getMonth()],MM:t=>ss(t.getMonth()+1),M:t=>t.getMonth()+1,DD:t=>ss(t.getDate()),D:t=>t.getDate(),WWWW:(t,e)=>e.WWWW[t.
getDay()],WWW:(t,e)=>e.WWW[t.getDay()],HH:t=>ss(t.getHours()),H:t=>t.getHours(),h:t=>{let e=t.getHours();return e==0?12:e>12?e-12:e},AA:t=>t.getHours()>=12?"PM":"AM",aa:t=>t.getHours()>=12?"pm":"am",a:t=>t.
getHours()>=12?"p":"a",mm:t=>ss(t.getMinutes()),m:t=>t.getMinutes(),ss:t=>ss(t.getSeconds()),s:t=>t.getSeconds(),fff:t=>iu(t.getMilliseconds())};function Xo(t,e){e=e||lu;let s=[],n=/\{([a-z]+)\}|[^{]+/gi,
o;for(;o=n.exec(t);)s.push(o[0][0]=="{"?ru[o[1]]:o[0]);return l=>{let i="";for(let a=0;a<s.length;a++)i+=typeof s[a]=="string"?s[a]:s[a](l,e);return i}}var au=new Intl.DateTimeFormat().resolvedOptions().
timeZone;function cu(t,e){let s;return e=="UTC"||e=="Etc/UTC"?s=new Date(+t+t.getTimezoneOffset()*6e4):e==au?s=t:(s=new Date(t.toLocaleString("en-US",{timeZone:e})),s.setMilliseconds(t.getMilliseconds())),
s}var br=t=>t%1==0,Cs=[1,2,2.5,5],uu=cs(10,-32,0,Cs),wr=cs(10,0,32,Cs),fu=wr.filter(br),fn=uu.concat(wr),tl=`
`,xr="{YYYY}",Ri=tl+xr,yr="{M}/{D}",is=tl+yr,Ts=is+"/{YY}",kr="{aa}",hu="{h}:{mm}",Rn=hu+kr,Oi=tl+Rn,Ii=":{ss}",at=null;function vr(t){let e=t*1e3,s=e*60,n=s*60,o=n*24,l=o*30,i=o*365,u=(t==1?cs(10,0,3,
Cs).filter(br):cs(10,-3,0,Cs)).concat([e,e*5,e*10,e*15,e*30,s,s*5,s*10,s*15,s*30,n,n*2,n*3,n*4,n*6,n*8,n*12,o,o*2,o*3,o*4,o*5,o*6,o*7,o*8,o*9,o*10,o*15,l,l*2,l*3,l*4,l*6,i,i*2,i*5,i*10,i*25,i*50,i*100]),
p=[[i,xr,at,at,at,at,at,at,1],[o*28,"{MMM}",Ri,at,at,at,at,at,1],[o,yr,Ri,at,at,at,at,at,1],[n,"{h}"+kr,Ts,at,is,at,at,at,1],[s,Rn,Ts,at,is,at,at,at,1],[e,Ii,Ts+" "+Rn,at,is+" "+Rn,at,Oi,at,1],[t,Ii+"\
.{fff}",Ts+" "+Rn,at,is+" "+Rn,at,Oi,at,1]];function g(d){return(b,k,S,_,$,R)=>{let y=[],L=$>=i,M=$>=l&&$<i,Y=d(S),z=ht(Y*t,3),F=Po(Y.getFullYear(),L?0:Y.getMonth(),M||L?1:Y.getDate()),I=ht(F*t,3);if(M||
L){let B=M?$/l:0,O=L?$/i:0,T=z==I?z:ht(Po(F.getFullYear()+O,F.getMonth()+B,1)*t,3),J=new Date(Nt(T/t)),V=J.getFullYear(),q=J.getMonth();for(let G=0;T<=_;G++){let et=Po(V+O*G,q+B*G,1),U=et-d(ht(et*t,3));
T=ht((+et+U)*t,3),T<=_&&y.push(T)}}else{let B=$>=o?o:$,O=se(S)-se(z),T=I+O+Ls(z-I,B);y.push(T);let J=d(T),V=J.getHours()+J.getMinutes()/s+J.getSeconds()/n,q=$/n,G=b.axes[k]._space,et=R/G;for(;T=ht(T+$,
t==1?0:3),!(T>_);)if(q>1){let U=se(ht(V+q,6))%24,nt=d(T).getHours()-U;nt>1&&(nt=-1),T-=nt*n,V=(V+q)%24;let ct=y[y.length-1];ht((T-ct)/$,3)*et>=.7&&y.push(T)}else y.push(T)}return y}}return[u,p,g]}var[
pu,du,mu]=vr(1),[gu,bu,wu]=vr(.001);cs(2,-53,53,[1]);function Vi(t,e){return t.map(s=>s.map((n,o)=>o==0||o==8||n==null?n:e(o==1||s[8]==0?n:s[1]+n)))}function Hi(t,e){return(s,n,o,l,i)=>{let a=e.find(S=>i>=
S[0])||e[e.length-1],u,p,g,d,b,k;return n.map(S=>{let _=t(S),$=_.getFullYear(),R=_.getMonth(),y=_.getDate(),L=_.getHours(),M=_.getMinutes(),Y=_.getSeconds(),z=$!=u&&a[2]||R!=p&&a[3]||y!=g&&a[4]||L!=d&&
a[5]||M!=b&&a[6]||Y!=k&&a[7]||a[1];return u=$,p=R,g=y,d=L,b=M,k=Y,z(_)})}}function xu(t,e){let s=Xo(e);return(n,o,l,i,a)=>o.map(u=>s(t(u)))}function Po(t,e,s){return new Date(t,e,s)}function Wi(t,e){return e(
t)}var yu="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function Bi(t,e){return(s,n,o,l)=>l==null?Yo:e(t(n))}function ku(t,e){let s=t.series[e];return s.width?s.stroke(t,e):s.points.width?s.points.stroke(t,e):null}
function vu(t,e){return t.series[e].fill(t,e)}var Su={show:!0,live:!0,isolate:!1,mount:Wc,markers:{show:!0,width:2,stroke:ku,fill:vu,dash:"solid"},idx:null,idxs:null,values:[]};function Mu(t,e){let s=t.
cursor.points,n=fe(),o=s.size(t,e);wt(n,os,o),wt(n,ls,o);let l=o/-2;wt(n,"marginLeft",l),wt(n,"marginTop",l);let i=s.width(t,e,o);return i&&wt(n,"borderWidth",i),n}function Eu(t,e){let s=t.series[e].points;
return s._fill||s._stroke}function Tu(t,e){let s=t.series[e].points;return s._stroke||s._fill}function Au(t,e){return t.series[e].points.size}var Lo=[0,0];function _u(t,e,s){return Lo[0]=e,Lo[1]=s,Lo}
function As(t,e,s,n=!0){return o=>{o.button==0&&(!n||o.target==e)&&s(o)}}function $o(t,e,s,n=!0){return o=>{(!n||o.target==e)&&s(o)}}var Nu={show:!0,x:!0,y:!0,lock:!1,move:_u,points:{one:!1,show:Mu,size:Au,
width:0,stroke:Tu,fill:Eu},bind:{mousedown:As,mouseup:As,click:As,dblclick:As,mousemove:$o,mouseleave:$o,mouseenter:$o},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(t,e)=>{e.stopPropagation(),e.
stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(t,e,s,n,o)=>n-o,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Sr={show:!0,stroke:"\
rgba(0,0,0,0.07)",width:2},el=Tt({},Sr,{filter:cr}),Mr=Tt({},el,{size:10}),Er=Tt({},Sr,{show:!1}),nl='12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-seri\
f, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Tr="bold "+nl,Ar=1.5,Ui={show:!0,scale:"x",stroke:jo,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Tr,
side:2,grid:el,ticks:Mr,border:Er,font:nl,lineGap:Ar,rotate:0},zu="Value",Cu="Time",Gi={show:!0,scale:"x",auto:!1,sorted:1,min:ft,max:-ft,idxs:[]};function Du(t,e,s,n,o){return e.map(l=>l==null?"":Zo(
l))}function Pu(t,e,s,n,o,l,i){let a=[],u=Ye.get(o)||0;s=i?s:ht(Ls(s,o),u);for(let p=s;p<=n;p=ht(p+o,u))a.push(Object.is(p,-0)?0:p);return a}function Ho(t,e,s,n,o,l,i){let a=[],u=t.scales[t.axes[e].scale].
log,p=u==10?Fe:ir,g=se(p(s));o=In(u,g),u==10&&(o=fn[ye(o,fn)]);let d=s,b=o*u;u==10&&(b=fn[ye(b,fn)]);do a.push(d),d=d+o,u==10&&!Ye.has(d)&&(d=ht(d,Ye.get(o))),d>=b&&(o=d,b=o*u,u==10&&(b=fn[ye(b,fn)]));while(d<=
n);return a}function Lu(t,e,s,n,o,l,i){let u=t.scales[t.axes[e].scale].asinh,p=n>u?Ho(t,e,jt(u,s),n,o):[u],g=n>=0&&s<=0?[0]:[];return(s<-u?Ho(t,e,jt(u,-n),-s,o):[u]).reverse().map(b=>-b).concat(g,p)}var _r=/./,
$u=/[12357]/,Fu=/[125]/,ji=/1/,Wo=(t,e,s,n)=>t.map((o,l)=>e==4&&o==0||l%n==0&&s.test(o.toExponential()[o<0?1:0])?o:null);function Ru(t,e,s,n,o){let l=t.axes[s],i=l.scale,a=t.scales[i],u=t.valToPos,p=l.
_space,g=u(10,i),d=u(9,i)-g>=p?_r:u(7,i)-g>=p?$u:u(5,i)-g>=p?Fu:ji;if(d==ji){let b=zt(u(1,i)-g);if(b<p)return Wo(e.slice().reverse(),a.distr,d,he(p/b)).reverse()}return Wo(e,a.distr,d,1)}function Ou(t,e,s,n,o){
let l=t.axes[s],i=l.scale,a=l._space,u=t.valToPos,p=zt(u(1,i)-u(2,i));return p<a?Wo(e.slice().reverse(),3,_r,he(a/p)).reverse():e}function Iu(t,e,s,n){return n==null?Yo:e==null?"":Zo(e)}var Yi={show:!0,
scale:"y",stroke:jo,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Tr,side:3,grid:el,ticks:Mr,border:Er,font:nl,lineGap:Ar,rotate:0};function Vu(t,e){let s=3+(t||1)*2;return ht(s*e,
3)}function Hu(t,e){let{scale:s,idxs:n}=t.series[0],o=t._data[0],l=t.valToPos(o[n[0]],s,!0),i=t.valToPos(o[n[1]],s,!0),a=zt(i-l),u=t.series[e],p=a/(u.points.space*it);return n[1]-n[0]<=p}var qi={scale:null,
auto:!0,sorted:0,min:ft,max:-ft},Nr=(t,e,s,n,o)=>o,Ki={show:!0,auto:!0,sorted:0,gaps:Nr,alpha:1,facets:[Tt({},qi,{scale:"x"}),Tt({},qi,{scale:"y"})]},Ji={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:Nr,alpha:1,points:{show:Hu,filter:null},values:null,min:ft,max:-ft,idxs:[],path:null,clip:null};function Wu(t,e,s,n,o){return s/10}var zr={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,
dir:1,ori:0},Bu=Tt({},zr,{time:!1,ori:1}),Zi={};function Cr(t,e){let s=Zi[t];return s||(s={key:t,plots:[],sub(n){s.plots.push(n)},unsub(n){s.plots=s.plots.filter(o=>o!=n)},pub(n,o,l,i,a,u,p){for(let g=0;g<
s.plots.length;g++)s.plots[g]!=o&&s.plots[g].pub(n,o,l,i,a,u,p)}},t!=null&&(Zi[t]=s)),s}var Wn=1,Bo=2;function mn(t,e,s){let n=t.mode,o=t.series[e],l=n==2?t._data[e]:t._data,i=t.scales,a=t.bbox,u=l[0],
p=n==2?l[1]:l[e],g=n==2?i[o.facets[0].scale]:i[t.series[0].scale],d=n==2?i[o.facets[1].scale]:i[o.scale],b=a.left,k=a.top,S=a.width,_=a.height,$=t.valToPosH,R=t.valToPosV;return g.ori==0?s(o,u,p,g,d,$,
R,b,k,S,_,Rs,Un,Is,Pr,$r):s(o,u,p,g,d,R,$,k,b,_,S,Os,Gn,ll,Lr,Fr)}function sl(t,e){let s=0,n=0,o=ot(t.bands,Qo);for(let l=0;l<o.length;l++){let i=o[l];i.series[0]==e?s=i.dir:i.series[1]==e&&(i.dir==1?
n|=1:n|=2)}return[s,n==1?-1:n==2?1:n==3?2:0]}function Uu(t,e,s,n,o){let l=t.mode,i=t.series[e],a=l==2?i.facets[1].scale:i.scale,u=t.scales[a];return o==-1?u.min:o==1?u.max:u.distr==3?u.dir==1?u.min:u.
max:0}function Re(t,e,s,n,o,l){return mn(t,e,(i,a,u,p,g,d,b,k,S,_,$)=>{let R=i.pxRound,y=p.dir*(p.ori==0?1:-1),L=p.ori==0?Un:Gn,M,Y;y==1?(M=s,Y=n):(M=n,Y=s);let z=R(d(a[M],p,_,k)),F=R(b(u[M],g,$,S)),I=R(
d(a[Y],p,_,k)),B=R(b(l==1?g.max:g.min,g,$,S)),O=new Path2D(o);return L(O,I,B),L(O,z,B),L(O,z,F),O})}function Fs(t,e,s,n,o,l){let i=null;if(t.length>0){i=new Path2D;let a=e==0?Is:ll,u=s;for(let d=0;d<t.
length;d++){let b=t[d];if(b[1]>b[0]){let k=b[0]-u;k>0&&a(i,u,n,k,n+l),u=b[1]}}let p=s+o-u,g=10;p>0&&a(i,u,n-g/2,p,n+l+g)}return i}function Gu(t,e,s){let n=t[t.length-1];n&&n[0]==e?n[1]=s:t.push([e,s])}
function ol(t,e,s,n,o,l,i){let a=[],u=t.length;for(let p=o==1?s:n;p>=s&&p<=n;p+=o)if(e[p]===null){let d=p,b=p;if(o==1)for(;++p<=n&&e[p]===null;)b=p;else for(;--p>=s&&e[p]===null;)b=p;let k=l(t[d]),S=b==
d?k:l(t[b]),_=d-o;k=i<=0&&_>=0&&_<u?l(t[_]):k;let R=b+o;S=i>=0&&R>=0&&R<u?l(t[R]):S,S>=k&&a.push([k,S])}return a}function Qi(t){return t==0?ar:t==1?Nt:e=>un(e,t)}function Dr(t){let e=t==0?Rs:Os,s=t==0?
(o,l,i,a,u,p)=>{o.arcTo(l,i,a,u,p)}:(o,l,i,a,u,p)=>{o.arcTo(i,l,u,a,p)},n=t==0?(o,l,i,a,u)=>{o.rect(l,i,a,u)}:(o,l,i,a,u)=>{o.rect(i,l,u,a)};return(o,l,i,a,u,p=0,g=0)=>{p==0&&g==0?n(o,l,i,a,u):(p=ke(p,
a/2,u/2),g=ke(g,a/2,u/2),e(o,l+p,i),s(o,l+a,i,l+a,i+u,p),s(o,l+a,i+u,l,i+u,g),s(o,l,i+u,l,i,g),s(o,l,i,l+a,i,p),o.closePath())}}var Rs=(t,e,s)=>{t.moveTo(e,s)},Os=(t,e,s)=>{t.moveTo(s,e)},Un=(t,e,s)=>{
t.lineTo(e,s)},Gn=(t,e,s)=>{t.lineTo(s,e)},Is=Dr(0),ll=Dr(1),Pr=(t,e,s,n,o,l)=>{t.arc(e,s,n,o,l)},Lr=(t,e,s,n,o,l)=>{t.arc(s,e,n,o,l)},$r=(t,e,s,n,o,l,i)=>{t.bezierCurveTo(e,s,n,o,l,i)},Fr=(t,e,s,n,o,l,i)=>{
t.bezierCurveTo(s,e,o,n,i,l)};function Rr(t){return(e,s,n,o,l)=>mn(e,s,(i,a,u,p,g,d,b,k,S,_,$)=>{let{pxRound:R,points:y}=i,L,M;p.ori==0?(L=Rs,M=Pr):(L=Os,M=Lr);let Y=ht(y.width*it,3),z=(y.size-y.width)/
2*it,F=ht(z*2,3),I=new Path2D,B=new Path2D,{left:O,top:T,width:J,height:V}=e.bbox;Is(B,O-F,T-F,J+F*2,V+F*2);let q=G=>{if(u[G]!=null){let et=R(d(a[G],p,_,k)),U=R(b(u[G],g,$,S));L(I,et+z,U),M(I,et,U,z,0,
_s*2)}};if(l)l.forEach(q);else for(let G=n;G<=o;G++)q(G);return{stroke:Y>0?I:null,fill:I,clip:B,flags:Wn|Bo}})}function Or(t){return(e,s,n,o,l,i)=>{n!=o&&(l!=n&&i!=n&&t(e,s,n),l!=o&&i!=o&&t(e,s,o),t(e,
s,i))}}var ju=Or(Un),Yu=Or(Gn);function Ir(t){let e=ot(t?.alignGaps,0);return(s,n,o,l)=>mn(s,n,(i,a,u,p,g,d,b,k,S,_,$)=>{[o,l]=Ds(u,o,l);let R=i.pxRound,y=V=>R(d(V,p,_,k)),L=V=>R(b(V,g,$,S)),M,Y;p.ori==
0?(M=Un,Y=ju):(M=Gn,Y=Yu);let z=p.dir*(p.ori==0?1:-1),F={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Wn},I=F.stroke,B=!1;if(l-o>=_*4){let V=H=>s.posToVal(H,p.key,!0),q=null,G=null,
et,U,qt,xt=y(a[z==1?o:l]),nt=y(a[o]),ct=y(a[l]),Q=V(z==1?nt+1:ct-1);for(let H=z==1?o:l;H>=o&&H<=l;H+=z){let At=a[H],yt=(z==1?At<Q:At>Q)?xt:y(At),rt=u[H];yt==xt?rt!=null?(U=rt,q==null?(M(I,yt,L(U)),et=
q=G=U):U<q?q=U:U>G&&(G=U)):rt===null&&(B=!0):(q!=null&&Y(I,xt,L(q),L(G),L(et),L(U)),rt!=null?(U=rt,M(I,yt,L(U)),q=G=et=U):(q=G=null,rt===null&&(B=!0)),xt=yt,Q=V(xt+z))}q!=null&&q!=G&&qt!=xt&&Y(I,xt,L(
q),L(G),L(et),L(U))}else for(let V=z==1?o:l;V>=o&&V<=l;V+=z){let q=u[V];q===null?B=!0:q!=null&&M(I,y(a[V]),L(q))}let[T,J]=sl(s,n);if(i.fill!=null||T!=0){let V=F.fill=new Path2D(I),q=i.fillTo(s,n,i.min,
i.max,T),G=L(q),et=y(a[o]),U=y(a[l]);z==-1&&([U,et]=[et,U]),M(V,U,G),M(V,et,G)}if(!i.spanGaps){let V=[];B&&V.push(...ol(a,u,o,l,z,y,e)),F.gaps=V=i.gaps(s,n,o,l,V),F.clip=Fs(V,p.ori,k,S,_,$)}return J!=
0&&(F.band=J==2?[Re(s,n,o,l,I,-1),Re(s,n,o,l,I,1)]:Re(s,n,o,l,I,J)),F})}function qu(t){let e=ot(t.align,1),s=ot(t.ascDesc,!1),n=ot(t.alignGaps,0),o=ot(t.extend,!1);return(l,i,a,u)=>mn(l,i,(p,g,d,b,k,S,_,$,R,y,L)=>{
[a,u]=Ds(d,a,u);let M=p.pxRound,{left:Y,width:z}=l.bbox,F=nt=>M(S(nt,b,y,$)),I=nt=>M(_(nt,k,L,R)),B=b.ori==0?Un:Gn,O={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Wn},T=O.stroke,J=b.
dir*(b.ori==0?1:-1),V=I(d[J==1?a:u]),q=F(g[J==1?a:u]),G=q,et=q;o&&e==-1&&(et=Y,B(T,et,V)),B(T,q,V);for(let nt=J==1?a:u;nt>=a&&nt<=u;nt+=J){let ct=d[nt];if(ct==null)continue;let Q=F(g[nt]),H=I(ct);e==1?
B(T,Q,V):B(T,G,H),B(T,Q,H),V=H,G=Q}let U=G;o&&e==1&&(U=Y+z,B(T,U,V));let[qt,xt]=sl(l,i);if(p.fill!=null||qt!=0){let nt=O.fill=new Path2D(T),ct=p.fillTo(l,i,p.min,p.max,qt),Q=I(ct);B(nt,U,Q),B(nt,et,Q)}
if(!p.spanGaps){let nt=[];nt.push(...ol(g,d,a,u,J,F,n));let ct=p.width*it/2,Q=s||e==1?ct:-ct,H=s||e==-1?-ct:ct;nt.forEach(At=>{At[0]+=Q,At[1]+=H}),O.gaps=nt=p.gaps(l,i,a,u,nt),O.clip=Fs(nt,b.ori,$,R,y,
L)}return xt!=0&&(O.band=xt==2?[Re(l,i,a,u,T,-1),Re(l,i,a,u,T,1)]:Re(l,i,a,u,T,xt)),O})}function Xi(t,e,s,n,o,l,i=ft){if(t.length>1){let a=null;for(let u=0,p=1/0;u<t.length;u++)if(e[u]!==void 0){if(a!=
null){let g=zt(t[u]-t[a]);g<p&&(p=g,i=zt(s(t[u],n,o,l)-s(t[a],n,o,l)))}a=u}}return i}function Ku(t){t=t||as;let e=ot(t.size,[.6,ft,1]),s=t.align||0,n=t.gap||0,o=t.radius;o=o==null?[0,0]:typeof o=="num\
ber"?[o,0]:o;let l=tt(o),i=1-e[0],a=ot(e[1],ft),u=ot(e[2],1),p=ot(t.disp,as),g=ot(t.each,k=>{}),{fill:d,stroke:b}=p;return(k,S,_,$)=>mn(k,S,(R,y,L,M,Y,z,F,I,B,O,T)=>{let J=R.pxRound,V=s,q=n*it,G=a*it,
et=u*it,U,qt;M.ori==0?[U,qt]=l(k,S):[qt,U]=l(k,S);let xt=M.dir*(M.ori==0?1:-1),nt=M.ori==0?Is:ll,ct=M.ori==0?g:(D,pt,_t,xn,Ze,Se,Qe)=>{g(D,pt,_t,Ze,xn,Qe,Se)},Q=ot(k.bands,Qo).find(D=>D.series[0]==S),
H=Q!=null?Q.dir:0,At=R.fillTo(k,S,R.min,R.max,H),Ht=J(F(At,Y,T,B)),yt,rt,pe,Zt=O,vt=J(R.width*it),ve=!1,Pe=null,le=null,Ie=null,gn=null;d!=null&&(vt==0||b!=null)&&(ve=!0,Pe=d.values(k,S,_,$),le=new Map,
new Set(Pe).forEach(D=>{D!=null&&le.set(D,new Path2D)}),vt>0&&(Ie=b.values(k,S,_,$),gn=new Map,new Set(Ie).forEach(D=>{D!=null&&gn.set(D,new Path2D)})));let{x0:bn,size:Yn}=p;if(bn!=null&&Yn!=null){V=1,
y=bn.values(k,S,_,$),bn.unit==2&&(y=y.map(_t=>k.posToVal(I+_t*O,M.key,!0)));let D=Yn.values(k,S,_,$);Yn.unit==2?rt=D[0]*O:rt=z(D[0],M,O,I)-z(0,M,O,I),Zt=Xi(y,L,z,M,O,I,Zt),pe=Zt-rt+q}else Zt=Xi(y,L,z,
M,O,I,Zt),pe=Zt*i+q,rt=Zt-pe;pe<1&&(pe=0),vt>=rt/2&&(vt=0),pe<5&&(J=ar);let us=pe>0,Ke=Zt-pe-(us?vt:0);rt=J(Vo(Ke,et,G)),yt=(V==0?rt/2:V==xt?0:rt)-V*xt*((V==0?q/2:0)+(us?vt/2:0));let Wt={stroke:null,fill:null,
clip:null,band:null,gaps:null,flags:0},wn=ve?null:new Path2D,Le=null;if(Q!=null)Le=k.data[Q.series[1]];else{let{y0:D,y1:pt}=p;D!=null&&pt!=null&&(L=pt.values(k,S,_,$),Le=D.values(k,S,_,$))}let Je=U*rt,
Z=qt*rt;for(let D=xt==1?_:$;D>=_&&D<=$;D+=xt){let pt=L[D];if(pt==null)continue;if(Le!=null){let Kt=Le[D]??0;if(pt-Kt==0)continue;Ht=F(Kt,Y,T,B)}let _t=M.distr!=2||p!=null?y[D]:D,xn=z(_t,M,O,I),Ze=F(ot(
pt,At),Y,T,B),Se=J(xn-yt),Qe=J(jt(Ze,Ht)),Qt=J(ke(Ze,Ht)),ie=Qe-Qt;if(pt!=null){let Kt=pt<0?Z:Je,de=pt<0?Je:Z;ve?(vt>0&&Ie[D]!=null&&nt(gn.get(Ie[D]),Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de),Pe[D]!=null&&
nt(le.get(Pe[D]),Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de)):nt(wn,Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de),ct(k,S,D,Se-vt/2,Qt,rt+vt,ie)}}return vt>0?Wt.stroke=ve?gn:wn:ve||(Wt._fill=R.width==0?R._fill:R._stroke??
R._fill,Wt.width=0),Wt.fill=ve?le:wn,Wt})}function Ju(t,e){let s=ot(e?.alignGaps,0);return(n,o,l,i)=>mn(n,o,(a,u,p,g,d,b,k,S,_,$,R)=>{[l,i]=Ds(p,l,i);let y=a.pxRound,L=U=>y(b(U,g,$,S)),M=U=>y(k(U,d,R,
_)),Y,z,F;g.ori==0?(Y=Rs,F=Un,z=$r):(Y=Os,F=Gn,z=Fr);let I=g.dir*(g.ori==0?1:-1),B=L(u[I==1?l:i]),O=B,T=[],J=[];for(let U=I==1?l:i;U>=l&&U<=i;U+=I)if(p[U]!=null){let xt=u[U],nt=L(xt);T.push(O=nt),J.push(
M(p[U]))}let V={stroke:t(T,J,Y,F,z,y),fill:null,clip:null,band:null,gaps:null,flags:Wn},q=V.stroke,[G,et]=sl(n,o);if(a.fill!=null||G!=0){let U=V.fill=new Path2D(q),qt=a.fillTo(n,o,a.min,a.max,G),xt=M(
qt);F(U,O,xt),F(U,B,xt)}if(!a.spanGaps){let U=[];U.push(...ol(u,p,l,i,I,L,s)),V.gaps=U=a.gaps(n,o,l,i,U),V.clip=Fs(U,g.ori,S,_,$,R)}return et!=0&&(V.band=et==2?[Re(n,o,l,i,q,-1),Re(n,o,l,i,q,1)]:Re(n,
o,l,i,q,et)),V})}function Zu(t){return Ju(Qu,t)}function Qu(t,e,s,n,o,l){let i=t.length;if(i<2)return null;let a=new Path2D;if(s(a,t[0],e[0]),i==2)n(a,t[1],e[1]);else{let u=Array(i),p=Array(i-1),g=Array(
i-1),d=Array(i-1);for(let b=0;b<i-1;b++)g[b]=e[b+1]-e[b],d[b]=t[b+1]-t[b],p[b]=g[b]/d[b];u[0]=p[0];for(let b=1;b<i-1;b++)p[b]===0||p[b-1]===0||p[b-1]>0!=p[b]>0?u[b]=0:(u[b]=3*(d[b-1]+d[b])/((2*d[b]+d[b-
1])/p[b-1]+(d[b]+2*d[b-1])/p[b]),isFinite(u[b])||(u[b]=0));u[i-1]=p[i-2];for(let b=0;b<i-1;b++)o(a,t[b]+d[b]/3,e[b]+u[b]*d[b]/3,t[b+1]-d[b]/3,e[b+1]-u[b+1]*d[b]/3,t[b+1],e[b+1])}return a}var Uo=new Set;
function tr(){for(let t of Uo)t.syncRect(!0)}Bn&&(pn(Dc,On,tr),pn(Pc,On,tr,!0),pn(Ns,On,()=>{Ct.pxRatio=it}));var Xu=Ir(),tf=Rr();function er(t,e,s,n){return(n?[t[0],t[1]].concat(t.slice(2)):[t[0]].concat(
t.slice(1))).map((l,i)=>Go(l,i,e,s))}function ef(t,e){return t.map((s,n)=>n==0?{}:Tt({},e,s))}function Go(t,e,s,n){return Tt({},e==0?s:n,t)}function Vr(t,e,s){return e==null?Vn:[e,s]}var nf=Vr;function sf(t,e,s){
return e==null?Vn:zs(e,s,Jo,!0)}function Hr(t,e,s,n){return e==null?Vn:Ps(e,s,t.scales[n].log,!1)}var of=Hr;function Wr(t,e,s,n){return e==null?Vn:Ko(e,s,t.scales[n].log,!1)}var lf=Wr;function rf(t,e,s,n,o){
let l=jt(Pi(t),Pi(e)),i=e-t,a=ye(o/n*i,s);do{let u=s[a],p=n*u/i;if(p>=o&&l+(u<5?Ye.get(u):0)<=17)return[u,p]}while(++a<s.length);return[0,0]}function nr(t){let e,s;return t=t.replace(/(\d+)px/,(n,o)=>(e=
Nt((s=+o)*it))+"px"),[t,e,s]}function af(t){t.show&&[t.font,t.labelFont].forEach(e=>{let s=ht(e[2]*it,1);e[0]=e[0].replace(/[0-9.]+px/,s+"px"),e[1]=s})}function Ct(t,e,s){let n={mode:ot(t.mode,1)},o=n.
mode;function l(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?1-m:m)}function i(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?m:1-m)}function a(r,c,f,h){return c.ori==0?l(r,c,f,h):i(r,c,f,h)}
n.valToPosH=l,n.valToPosV=i;let u=!1;n.status=0;let p=n.root=fe(dc);if(t.id!=null&&(p.id=t.id),ne(p,t.class),t.title){let r=fe(bc,p);r.textContent=t.title}let g=xe("canvas"),d=n.ctx=g.getContext("2d"),
b=fe(wc,p);pn("click",b,r=>{r.target===S&&(dt!=zn||kt!=Cn)&&It.click(n,r)},!0);let k=n.under=fe(xc,b);b.appendChild(g);let S=n.over=fe(yc,b);t=Hn(t);let _=+ot(t.pxAlign,1),$=Qi(_);(t.plugins||[]).forEach(
r=>{r.opts&&(t=r.opts(n,t)||t)});let R=t.ms||.001,y=n.series=o==1?er(t.series||[],Gi,Ji,!1):ef(t.series||[null],Ki),L=n.axes=er(t.axes||[],Ui,Yi,!0),M=n.scales={},Y=n.bands=t.bands||[];Y.forEach(r=>{r.
fill=tt(r.fill||null),r.dir=ot(r.dir,-1)});let z=o==2?y[1].facets[0].scale:y[0].scale,F={axes:Ia,series:La},I=(t.drawOrder||["axes","series"]).map(r=>F[r]);function B(r){let c=r.distr==3?f=>Fe(f>0?f:r.
clamp(n,f,r.min,r.max,r.key)):r.distr==4?f=>Do(f,r.asinh):r.distr==100?f=>r.fwd(f):f=>f;return f=>{let h=c(f),{_min:m,_max:w}=r,x=w-m;return(h-m)/x}}function O(r){let c=M[r];if(c==null){let f=(t.scales||
as)[r]||as;if(f.from!=null){O(f.from);let h=Tt({},M[f.from],f,{key:r});h.valToPct=B(h),M[r]=h}else{c=M[r]=Tt({},r==z?zr:Bu,f),c.key=r;let h=c.time,m=c.range,w=je(m);if((r!=z||o==2&&!h)&&(w&&(m[0]==null||
m[1]==null)&&(m={min:m[0]==null?zi:{mode:1,hard:m[0],soft:m[0]},max:m[1]==null?zi:{mode:1,hard:m[1],soft:m[1]}},w=!1),!w&&$s(m))){let x=m;m=(v,E,N)=>E==null?Vn:zs(E,N,x)}c.range=tt(m||(h?nf:r==z?c.distr==
3?of:c.distr==4?lf:Vr:c.distr==3?Hr:c.distr==4?Wr:sf)),c.auto=tt(w?!1:c.auto),c.clamp=tt(c.clamp||Wu),c._min=c._max=null,c.valToPct=B(c)}}}O("x"),O("y"),o==1&&y.forEach(r=>{O(r.scale)}),L.forEach(r=>{
O(r.scale)});for(let r in t.scales)O(r);let T=M[z],J=T.distr,V,q;T.ori==0?(ne(p,mc),V=l,q=i):(ne(p,gc),V=i,q=l);let G={};for(let r in M){let c=M[r];(c.min!=null||c.max!=null)&&(G[r]={min:c.min,max:c.max},
c.min=c.max=null)}let et=t.tzDate||(r=>new Date(Nt(r/R))),U=t.fmtDate||Xo,qt=R==1?mu(et):wu(et),xt=Hi(et,Vi(R==1?du:bu,U)),nt=Bi(et,Wi(yu,U)),ct=[],Q=n.legend=Tt({},Su,t.legend),H=n.cursor=Tt({},Nu,{drag:{
y:o==2}},t.cursor),At=Q.show,Ht=H.show,yt=Q.markers;Q.idxs=ct,yt.width=tt(yt.width),yt.dash=tt(yt.dash),yt.stroke=tt(yt.stroke),yt.fill=tt(yt.fill);let rt,pe,Zt,vt=[],ve=[],Pe,le=!1,Ie={};if(Q.live){let r=y[1]?
y[1].values:null;le=r!=null,Pe=le?r(n,1,0):{_:0};for(let c in Pe)Ie[c]=Yo}if(At)if(rt=xe("table",Tc,p),Zt=xe("tbody",null,rt),Q.mount(n,rt),le){pe=xe("thead",null,rt,Zt);let r=xe("tr",null,pe);xe("th",
null,r);for(var gn in Pe)xe("th",bi,r).textContent=gn}else ne(rt,_c),Q.live&&ne(rt,Ac);let bn={show:!0},Yn={show:!1};function us(r,c){if(c==0&&(le||!Q.live||o==2))return Vn;let f=[],h=xe("tr",Nc,Zt,Zt.
childNodes[c]);ne(h,r.class),r.show||ne(h,hn);let m=xe("th",null,h);if(yt.show){let v=fe(zc,m);if(c>0){let E=yt.width(n,c);E&&(v.style.border=E+"px "+yt.dash(n,c)+" "+yt.stroke(n,c)),v.style.background=
yt.fill(n,c)}}let w=fe(bi,m);r.label instanceof HTMLElement?w.appendChild(r.label):w.textContent=r.label,c>0&&(yt.show||(w.style.color=r.width>0?yt.stroke(n,c):yt.fill(n,c)),Wt("click",m,v=>{if(H._lock)
return;tn(v);let E=y.indexOf(r);if((v.ctrlKey||v.metaKey)!=Q.isolate){let N=y.some((C,P)=>P>0&&P!=E&&C.show);y.forEach((C,P)=>{P>0&&Ee(P,N?P==E?bn:Yn:bn,!0,Et.setSeries)})}else Ee(E,{show:!r.show},!0,
Et.setSeries)},!1),kn&&Wt(ki,m,v=>{H._lock||(tn(v),Ee(y.indexOf(r),Pn,!0,Et.setSeries))},!1));for(var x in Pe){let v=xe("td",Cc,h);v.textContent="--",f.push(v)}return[h,f]}let Ke=new Map;function Wt(r,c,f,h=!0){
let m=Ke.get(c)||{},w=H.bind[r](n,c,f,h);w&&(pn(r,c,m[r]=w),Ke.set(c,m))}function wn(r,c,f){let h=Ke.get(c)||{};for(let m in h)(r==null||m==r)&&(Io(m,c,h[m]),delete h[m]);r==null&&Ke.delete(c)}let Le=0,
Je=0,Z=0,D=0,pt=0,_t=0,xn=pt,Ze=_t,Se=Z,Qe=D,Qt=0,ie=0,Kt=0,de=0;n.bbox={};let Ys=!1,fs=!1,yn=!1,Xe=!1,hs=!1,re=!1;function qs(r,c,f){(f||r!=n.width||c!=n.height)&&gl(r,c),Tn(!1),yn=!0,fs=!0,An()}function gl(r,c){
n.width=Le=Z=r,n.height=Je=D=c,pt=_t=0,Aa(),_a();let f=n.bbox;Qt=f.left=un(pt*it,.5),ie=f.top=un(_t*it,.5),Kt=f.width=un(Z*it,.5),de=f.height=un(D*it,.5)}let Ma=3;function Ea(){let r=!1,c=0;for(;!r;){
c++;let f=Ra(c),h=Oa(c);r=c==Ma||f&&h,r||(gl(n.width,n.height),fs=!0)}}function Ta({width:r,height:c}){qs(r,c)}n.setSize=Ta;function Aa(){let r=!1,c=!1,f=!1,h=!1;L.forEach((m,w)=>{if(m.show&&m._show){
let{side:x,_size:v}=m,E=x%2,N=m.label!=null?m.labelSize:0,C=v+N;C>0&&(E?(Z-=C,x==3?(pt+=C,h=!0):f=!0):(D-=C,x==0?(_t+=C,r=!0):c=!0))}}),en[0]=r,en[1]=f,en[2]=c,en[3]=h,Z-=Ve[1]+Ve[3],pt+=Ve[3],D-=Ve[2]+
Ve[0],_t+=Ve[0]}function _a(){let r=pt+Z,c=_t+D,f=pt,h=_t;function m(w,x){switch(w){case 1:return r+=x,r-x;case 2:return c+=x,c-x;case 3:return f-=x,f+x;case 0:return h-=x,h+x}}L.forEach((w,x)=>{if(w.
show&&w._show){let v=w.side;w._pos=m(v,w._size),w.label!=null&&(w._lpos=m(v,w.labelSize))}})}if(H.dataIdx==null){let r=H.hover,c=r.skip=new Set(r.skip??[]);c.add(void 0);let f=r.prox=tt(r.prox),h=r.bias??=
0;H.dataIdx=(m,w,x,v)=>{if(w==0)return x;let E=x,N=f(m,w,x,v)??ft,C=N>=0&&N<ft,P=T.ori==0?Z:D,K=H.left,lt=e[0],st=e[w];if(c.has(st[x])){E=null;let X=null,j=null,W;if(h==0||h==-1)for(W=x;X==null&&W-- >
0;)c.has(st[W])||(X=W);if(h==0||h==1)for(W=x;j==null&&W++<st.length;)c.has(st[W])||(j=W);if(X!=null||j!=null)if(C){let gt=X==null?-1/0:V(lt[X],T,P,0),St=j==null?1/0:V(lt[j],T,P,0),Rt=K-gt,ut=St-K;Rt<=
ut?Rt<=N&&(E=X):ut<=N&&(E=j)}else E=j==null?X:X==null?j:x-X<=j-x?X:j}else C&&zt(K-V(lt[x],T,P,0))>N&&(E=null);return E}}let tn=r=>{H.event=r};H.idxs=ct,H._lock=!1;let Vt=H.points;Vt.show=tt(Vt.show),Vt.
size=tt(Vt.size),Vt.stroke=tt(Vt.stroke),Vt.width=tt(Vt.width),Vt.fill=tt(Vt.fill);let Me=n.focus=Tt({},t.focus||{alpha:.3},H.focus),kn=Me.prox>=0,vn=kn&&Vt.one,ae=[],Sn=[],Mn=[];function bl(r,c){let f=Vt.
show(n,c);if(f instanceof HTMLElement)return ne(f,Ec),ne(f,r.class),De(f,-10,-10,Z,D),S.insertBefore(f,ae[c]),f}function wl(r,c){if(o==1||c>0){let f=o==1&&M[r.scale].time,h=r.value;r.value=f?Fi(h)?Bi(
et,Wi(h,U)):h||nt:h||Iu,r.label=r.label||(f?Cu:zu)}if(vn||c>0){r.width=r.width==null?1:r.width,r.paths=r.paths||Xu||Bc,r.fillTo=tt(r.fillTo||Uu),r.pxAlign=+ot(r.pxAlign,_),r.pxRound=Qi(r.pxAlign),r.stroke=
tt(r.stroke||null),r.fill=tt(r.fill||null),r._stroke=r._fill=r._paths=r._focus=null;let f=Vu(jt(1,r.width),1),h=r.points=Tt({},{size:f,width:jt(1,f*.2),stroke:r.stroke,space:f*2,paths:tf,_stroke:null,
_fill:null},r.points);h.show=tt(h.show),h.filter=tt(h.filter),h.fill=tt(h.fill),h.stroke=tt(h.stroke),h.paths=tt(h.paths),h.pxAlign=r.pxAlign}if(At){let f=us(r,c);vt.splice(c,0,f[0]),ve.splice(c,0,f[1]),
Q.values.push(null)}if(Ht){ct.splice(c,0,null);let f=null;vn?c==0&&(f=bl(r,c)):c>0&&(f=bl(r,c)),ae.splice(c,0,f),Sn.splice(c,0,0),Mn.splice(c,0,0)}Ft("addSeries",c)}function Na(r,c){c=c??y.length,r=o==
1?Go(r,c,Gi,Ji):Go(r,c,{},Ki),y.splice(c,0,r),wl(y[c],c)}n.addSeries=Na;function za(r){if(y.splice(r,1),At){Q.values.splice(r,1),ve.splice(r,1);let c=vt.splice(r,1)[0];wn(null,c.firstChild),c.remove()}
Ht&&(ct.splice(r,1),ae.splice(r,1)[0].remove(),Sn.splice(r,1),Mn.splice(r,1)),Ft("delSeries",r)}n.delSeries=za;let en=[!1,!1,!1,!1];function Ca(r,c){if(r._show=r.show,r.show){let f=r.side%2,h=M[r.scale];
h==null&&(r.scale=f?y[1].scale:z,h=M[r.scale]);let m=h.time;r.size=tt(r.size),r.space=tt(r.space),r.rotate=tt(r.rotate),je(r.incrs)&&r.incrs.forEach(x=>{!Ye.has(x)&&Ye.set(x,fr(x))}),r.incrs=tt(r.incrs||
(h.distr==2?fu:m?R==1?pu:gu:fn)),r.splits=tt(r.splits||(m&&h.distr==1?qt:h.distr==3?Ho:h.distr==4?Lu:Pu)),r.stroke=tt(r.stroke),r.grid.stroke=tt(r.grid.stroke),r.ticks.stroke=tt(r.ticks.stroke),r.border.
stroke=tt(r.border.stroke);let w=r.values;r.values=je(w)&&!je(w[0])?tt(w):m?je(w)?Hi(et,Vi(w,U)):Fi(w)?xu(et,w):w||xt:w||Du,r.filter=tt(r.filter||(h.distr>=3&&h.log==10?Ru:h.distr==3&&h.log==2?Ou:cr)),
r.font=nr(r.font),r.labelFont=nr(r.labelFont),r._size=r.size(n,null,c,0),r._space=r._rotate=r._incrs=r._found=r._splits=r._values=null,r._size>0&&(en[c]=!0,r._el=fe(kc,b))}}function qn(r,c,f,h){let[m,
w,x,v]=f,E=c%2,N=0;return E==0&&(v||w)&&(N=c==0&&!m||c==2&&!x?Nt(Ui.size/3):0),E==1&&(m||x)&&(N=c==1&&!w||c==3&&!v?Nt(Yi.size/2):0),N}let xl=n.padding=(t.padding||[qn,qn,qn,qn]).map(r=>tt(ot(r,qn))),Ve=n.
_padding=xl.map((r,c)=>r(n,c,en,0)),Ot,Dt=null,Pt=null,ps=o==1?y[0].idxs:null,me=null,Kn=!1;function yl(r,c){if(e=r??[],n.data=n._data=e,o==2){Ot=0;for(let f=1;f<y.length;f++)Ot+=e[f][0].length}else{e.
length==0&&(n.data=n._data=e=[[]]),me=e[0],Ot=me.length;let f=e;if(J==2){f=e.slice();let h=f[0]=Array(Ot);for(let m=0;m<Ot;m++)h[m]=m}n._data=e=f}if(Tn(!0),Ft("setData"),J==2&&(yn=!0),c!==!1){let f=T;
f.auto(n,Kn)?Ks():We(z,f.min,f.max),Xe=Xe||H.left>=0,re=!0,An()}}n.setData=yl;function Ks(){Kn=!0;let r,c;o==1&&(Ot>0?(Dt=ps[0]=0,Pt=ps[1]=Ot-1,r=e[0][Dt],c=e[0][Pt],J==2?(r=Dt,c=Pt):r==c&&(J==3?[r,c]=
Ps(r,r,T.log,!1):J==4?[r,c]=Ko(r,r,T.log,!1):T.time?c=r+Nt(86400/R):[r,c]=zs(r,c,Jo,!0))):(Dt=ps[0]=r=null,Pt=ps[1]=c=null)),We(z,r,c)}let ds,En,Js,Zs,Qs,Xs,to,eo,no,Jt;function kl(r,c,f,h,m,w){r??=xi,
f??=Qo,h??="butt",m??=xi,w??="round",r!=ds&&(d.strokeStyle=ds=r),m!=En&&(d.fillStyle=En=m),c!=Js&&(d.lineWidth=Js=c),w!=Qs&&(d.lineJoin=Qs=w),h!=Xs&&(d.lineCap=Xs=h),f!=Zs&&d.setLineDash(Zs=f)}function vl(r,c,f,h){
c!=En&&(d.fillStyle=En=c),r!=to&&(d.font=to=r),f!=eo&&(d.textAlign=eo=f),h!=no&&(d.textBaseline=no=h)}function so(r,c,f,h,m=0){if(h.length>0&&r.auto(n,Kn)&&(c==null||c.min==null)){let w=ot(Dt,0),x=ot(
Pt,h.length-1),v=f.min==null?Rc(h,w,x,m,r.distr==3):[f.min,f.max];r.min=ke(r.min,f.min=v[0]),r.max=jt(r.max,f.max=v[1])}}let Sl={min:null,max:null};function Da(){for(let h in M){let m=M[h];G[h]==null&&
(m.min==null||G[z]!=null&&m.auto(n,Kn))&&(G[h]=Sl)}for(let h in M){let m=M[h];G[h]==null&&m.from!=null&&G[m.from]!=null&&(G[h]=Sl)}G[z]!=null&&Tn(!0);let r={};for(let h in G){let m=G[h];if(m!=null){let w=r[h]=
Hn(M[h],jc);if(m.min!=null)Tt(w,m);else if(h!=z||o==2)if(Ot==0&&w.from==null){let x=w.range(n,null,null,h);w.min=x[0],w.max=x[1]}else w.min=ft,w.max=-ft}}if(Ot>0){y.forEach((h,m)=>{if(o==1){let w=h.scale,
x=G[w];if(x==null)return;let v=r[w];if(m==0){let E=v.range(n,v.min,v.max,w);v.min=E[0],v.max=E[1],Dt=ye(v.min,e[0]),Pt=ye(v.max,e[0]),Pt-Dt>1&&(e[0][Dt]<v.min&&Dt++,e[0][Pt]>v.max&&Pt--),h.min=me[Dt],
h.max=me[Pt]}else h.show&&h.auto&&so(v,x,h,e[m],h.sorted);h.idxs[0]=Dt,h.idxs[1]=Pt}else if(m>0&&h.show&&h.auto){let[w,x]=h.facets,v=w.scale,E=x.scale,[N,C]=e[m],P=r[v],K=r[E];P!=null&&so(P,G[v],w,N,w.
sorted),K!=null&&so(K,G[E],x,C,x.sorted),h.min=x.min,h.max=x.max}});for(let h in r){let m=r[h],w=G[h];if(m.from==null&&(w==null||w.min==null)){let x=m.range(n,m.min==ft?null:m.min,m.max==-ft?null:m.max,
h);m.min=x[0],m.max=x[1]}}}for(let h in r){let m=r[h];if(m.from!=null){let w=r[m.from];if(w.min==null)m.min=m.max=null;else{let x=m.range(n,w.min,w.max,h);m.min=x[0],m.max=x[1]}}}let c={},f=!1;for(let h in r){
let m=r[h],w=M[h];if(w.min!=m.min||w.max!=m.max){w.min=m.min,w.max=m.max;let x=w.distr;w._min=x==3?Fe(w.min):x==4?Do(w.min,w.asinh):x==100?w.fwd(w.min):w.min,w._max=x==3?Fe(w.max):x==4?Do(w.max,w.asinh):
x==100?w.fwd(w.max):w.max,c[h]=f=!0}}if(f){y.forEach((h,m)=>{o==2?m>0&&c.y&&(h._paths=null):c[h.scale]&&(h._paths=null)});for(let h in c)yn=!0,Ft("setScale",h);Ht&&H.left>=0&&(Xe=re=!0)}for(let h in G)
G[h]=null}function Pa(r){let c=Vo(Dt-1,0,Ot-1),f=Vo(Pt+1,0,Ot-1);for(;r[c]==null&&c>0;)c--;for(;r[f]==null&&f<Ot-1;)f++;return[c,f]}function La(){if(Ot>0){let r=y.some(c=>c._focus)&&Jt!=Me.alpha;r&&(d.
globalAlpha=Jt=Me.alpha),y.forEach((c,f)=>{if(f>0&&c.show&&(Ml(f,!1),Ml(f,!0),c._paths==null)){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha);let m=o==2?[0,e[f][0].length-1]:Pa(e[f]);c._paths=c.paths(
n,f,m[0],m[1]),Jt!=h&&(d.globalAlpha=Jt=h)}}),y.forEach((c,f)=>{if(f>0&&c.show){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha),c._paths!=null&&El(f,!1);{let m=c._paths!=null?c._paths.gaps:null,w=c.points.
show(n,f,Dt,Pt,m),x=c.points.filter(n,f,w,m);(w||x)&&(c.points._paths=c.points.paths(n,f,Dt,Pt,x),El(f,!0))}Jt!=h&&(d.globalAlpha=Jt=h),Ft("drawSeries",f)}}),r&&(d.globalAlpha=Jt=1)}}function Ml(r,c){
let f=c?y[r].points:y[r];f._stroke=f.stroke(n,r),f._fill=f.fill(n,r)}function El(r,c){let f=c?y[r].points:y[r],{stroke:h,fill:m,clip:w,flags:x,_stroke:v=f._stroke,_fill:E=f._fill,_width:N=f.width}=f._paths;
N=ht(N*it,3);let C=null,P=N%2/2;c&&E==null&&(E=N>0?"#fff":v);let K=f.pxAlign==1&&P>0;if(K&&d.translate(P,P),!c){let lt=Qt-N/2,st=ie-N/2,X=Kt+N,j=de+N;C=new Path2D,C.rect(lt,st,X,j)}c?oo(v,N,f.dash,f.cap,
E,h,m,x,w):$a(r,v,N,f.dash,f.cap,E,h,m,x,C,w),K&&d.translate(-P,-P)}function $a(r,c,f,h,m,w,x,v,E,N,C){let P=!1;E!=0&&Y.forEach((K,lt)=>{if(K.series[0]==r){let st=y[K.series[1]],X=e[K.series[1]],j=(st.
_paths||as).band;je(j)&&(j=K.dir==1?j[0]:j[1]);let W,gt=null;st.show&&j&&Ic(X,Dt,Pt)?(gt=K.fill(n,lt)||w,W=st._paths.clip):j=null,oo(c,f,h,m,gt,x,v,E,N,C,W,j),P=!0}}),P||oo(c,f,h,m,w,x,v,E,N,C)}let Tl=Wn|
Bo;function oo(r,c,f,h,m,w,x,v,E,N,C,P){kl(r,c,f,h,m),(E||N||P)&&(d.save(),E&&d.clip(E),N&&d.clip(N)),P?(v&Tl)==Tl?(d.clip(P),C&&d.clip(C),gs(m,x),ms(r,w,c)):v&Bo?(gs(m,x),d.clip(P),ms(r,w,c)):v&Wn&&(d.
save(),d.clip(P),C&&d.clip(C),gs(m,x),d.restore(),ms(r,w,c)):(gs(m,x),ms(r,w,c)),(E||N||P)&&d.restore()}function ms(r,c,f){f>0&&(c instanceof Map?c.forEach((h,m)=>{d.strokeStyle=ds=m,d.stroke(h)}):c!=
null&&r&&d.stroke(c))}function gs(r,c){c instanceof Map?c.forEach((f,h)=>{d.fillStyle=En=h,d.fill(f)}):c!=null&&r&&d.fill(c)}function Fa(r,c,f,h){let m=L[r],w;if(h<=0)w=[0,0];else{let x=m._space=m.space(
n,r,c,f,h),v=m._incrs=m.incrs(n,r,c,f,h,x);w=rf(c,f,v,h,x)}return m._found=w}function lo(r,c,f,h,m,w,x,v,E,N){let C=x%2/2;_==1&&d.translate(C,C),kl(v,x,E,N,v),d.beginPath();let P,K,lt,st,X=m+(h==0||h==
3?-w:w);f==0?(K=m,st=X):(P=m,lt=X);for(let j=0;j<r.length;j++)c[j]!=null&&(f==0?P=lt=r[j]:K=st=r[j],d.moveTo(P,K),d.lineTo(lt,st));d.stroke(),_==1&&d.translate(-C,-C)}function Ra(r){let c=!0;return L.
forEach((f,h)=>{if(!f.show)return;let m=M[f.scale];if(m.min==null){f._show&&(c=!1,f._show=!1,Tn(!1));return}else f._show||(c=!1,f._show=!0,Tn(!1));let w=f.side,x=w%2,{min:v,max:E}=m,[N,C]=Fa(h,v,E,x==
0?Z:D);if(C==0)return;let P=m.distr==2,K=f._splits=f.splits(n,h,v,E,N,C,P),lt=m.distr==2?K.map(W=>me[W]):K,st=m.distr==2?me[K[1]]-me[K[0]]:N,X=f._values=f.values(n,f.filter(n,lt,h,C,st),h,C,st);f._rotate=
w==2?f.rotate(n,X,h,C):0;let j=f._size;f._size=he(f.size(n,X,h,r)),j!=null&&f._size!=j&&(c=!1)}),c}function Oa(r){let c=!0;return xl.forEach((f,h)=>{let m=f(n,h,en,r);m!=Ve[h]&&(c=!1),Ve[h]=m}),c}function Ia(){
for(let r=0;r<L.length;r++){let c=L[r];if(!c.show||!c._show)continue;let f=c.side,h=f%2,m,w,x=c.stroke(n,r),v=f==0||f==3?-1:1,[E,N]=c._found;if(c.label!=null){let Ut=c.labelGap*v,ee=Nt((c._lpos+Ut)*it);
vl(c.labelFont[0],x,"center",f==2?"top":wi),d.save(),h==1?(m=w=0,d.translate(ee,Nt(ie+de/2)),d.rotate((f==3?-_s:_s)/2)):(m=Nt(Qt+Kt/2),w=ee);let on=rr(c.label)?c.label(n,r,E,N):c.label;d.fillText(on,m,
w),d.restore()}if(N==0)continue;let C=M[c.scale],P=h==0?Kt:de,K=h==0?Qt:ie,lt=c._splits,st=C.distr==2?lt.map(Ut=>me[Ut]):lt,X=C.distr==2?me[lt[1]]-me[lt[0]]:E,j=c.ticks,W=c.border,gt=j.show?j.size:0,St=Nt(
gt*it),Rt=Nt((c.alignTo==2?c._size-gt-c.gap:c.gap)*it),ut=c._rotate*-_s/180,Mt=$(c._pos*it),Xt=(St+Rt)*v,Bt=Mt+Xt;w=h==0?Bt:0,m=h==1?Bt:0;let ce=c.font[0],ge=c.align==1?Fn:c.align==2?No:ut>0?Fn:ut<0?No:
h==0?"center":f==3?No:Fn,Ae=ut||h==1?"middle":f==2?"top":wi;vl(ce,x,ge,Ae);let te=c.font[1]*c.lineGap,ue=lt.map(Ut=>$(a(Ut,C,P,K))),be=c._values;for(let Ut=0;Ut<be.length;Ut++){let ee=be[Ut];if(ee!=null){
h==0?m=ue[Ut]:w=ue[Ut],ee=""+ee;let on=ee.indexOf(`
`)==-1?[ee]:ee.split(/\n/gm);for(let Gt=0;Gt<on.length;Gt++){let Gl=on[Gt];ut?(d.save(),d.translate(m,w+Gt*te),d.rotate(ut),d.fillText(Gl,0,0),d.restore()):d.fillText(Gl,m,w+Gt*te)}}}j.show&&lo(ue,j.filter(
n,st,r,N,X),h,f,Mt,St,ht(j.width*it,3),j.stroke(n,r),j.dash,j.cap);let _e=c.grid;_e.show&&lo(ue,_e.filter(n,st,r,N,X),h,h==0?2:1,h==0?ie:Qt,h==0?de:Kt,ht(_e.width*it,3),_e.stroke(n,r),_e.dash,_e.cap),
W.show&&lo([Mt],[1],h==0?1:0,h==0?1:2,h==1?ie:Qt,h==1?de:Kt,ht(W.width*it,3),W.stroke(n,r),W.dash,W.cap)}Ft("drawAxes")}function Tn(r){y.forEach((c,f)=>{f>0&&(c._paths=null,r&&(o==1?(c.min=null,c.max=
null):c.facets.forEach(h=>{h.min=null,h.max=null})))})}let bs=!1,io=!1,Jn=[];function Va(){io=!1;for(let r=0;r<Jn.length;r++)Ft(...Jn[r]);Jn.length=0}function An(){bs||(Xc(Al),bs=!0)}function Ha(r,c=!1){
bs=!0,io=c,r(n),Al(),c&&Jn.length>0&&queueMicrotask(Va)}n.batch=Ha;function Al(){if(Ys&&(Da(),Ys=!1),yn&&(Ea(),yn=!1),fs){if(wt(k,Fn,pt),wt(k,"top",_t),wt(k,os,Z),wt(k,ls,D),wt(S,Fn,pt),wt(S,"top",_t),
wt(S,os,Z),wt(S,ls,D),wt(b,os,Le),wt(b,ls,Je),g.width=Nt(Le*it),g.height=Nt(Je*it),L.forEach(({_el:r,_show:c,_size:f,_pos:h,side:m})=>{if(r!=null)if(c){let w=m===3||m===0?f:0,x=m%2==1;wt(r,x?"left":"t\
op",h-w),wt(r,x?"width":"height",f),wt(r,x?"top":"left",x?_t:pt),wt(r,x?"height":"width",x?D:Z),Oo(r,hn)}else ne(r,hn)}),ds=En=Js=Qs=Xs=to=eo=no=Zs=null,Jt=1,Xn(!0),pt!=xn||_t!=Ze||Z!=Se||D!=Qe){Tn(!1);
let r=Z/Se,c=D/Qe;if(Ht&&!Xe&&H.left>=0){H.left*=r,H.top*=c,_n&&De(_n,Nt(H.left),0,Z,D),Nn&&De(Nn,0,Nt(H.top),Z,D);for(let f=0;f<ae.length;f++){let h=ae[f];h!=null&&(Sn[f]*=r,Mn[f]*=c,De(h,he(Sn[f]),he(
Mn[f]),Z,D))}}if(mt.show&&!hs&&mt.left>=0&&mt.width>0){mt.left*=r,mt.width*=r,mt.top*=c,mt.height*=c;for(let f in ho)wt(Dn,f,mt[f])}xn=pt,Ze=_t,Se=Z,Qe=D}Ft("setSize"),fs=!1}Le>0&&Je>0&&(d.clearRect(0,
0,g.width,g.height),Ft("drawClear"),I.forEach(r=>r()),Ft("draw")),mt.show&&hs&&(ws(mt),hs=!1),Ht&&Xe&&(sn(null,!0,!1),Xe=!1),Q.show&&Q.live&&re&&(uo(),re=!1),u||(u=!0,n.status=1,Ft("ready")),Kn=!1,bs=
!1}n.redraw=(r,c)=>{yn=c||!1,r!==!1?We(z,T.min,T.max):An()};function ro(r,c){let f=M[r];if(f.from==null){if(Ot==0){let h=f.range(n,c.min,c.max,r);c.min=h[0],c.max=h[1]}if(c.min>c.max){let h=c.min;c.min=
c.max,c.max=h}if(Ot>1&&c.min!=null&&c.max!=null&&c.max-c.min<1e-16)return;r==z&&f.distr==2&&Ot>0&&(c.min=ye(c.min,e[0]),c.max=ye(c.max,e[0]),c.min==c.max&&c.max++),G[r]=c,Ys=!0,An()}}n.setScale=ro;let ao,
co,_n,Nn,_l,Nl,zn,Cn,zl,Cl,dt,kt,He=!1,It=H.drag,Lt=It.x,$t=It.y;Ht&&(H.x&&(ao=fe(Sc,S)),H.y&&(co=fe(Mc,S)),T.ori==0?(_n=ao,Nn=co):(_n=co,Nn=ao),dt=H.left,kt=H.top);let mt=n.select=Tt({show:!0,over:!0,
left:0,width:0,top:0,height:0},t.select),Dn=mt.show?fe(vc,mt.over?S:k):null;function ws(r,c){if(mt.show){for(let f in r)mt[f]=r[f],f in ho&&wt(Dn,f,r[f]);c!==!1&&Ft("setSelect")}}n.setSelect=ws;function Wa(r){
if(y[r].show)At&&Oo(vt[r],hn);else if(At&&ne(vt[r],hn),Ht){let f=vn?ae[0]:ae[r];f!=null&&De(f,-10,-10,Z,D)}}function We(r,c,f){ro(r,{min:c,max:f})}function Ee(r,c,f,h){c.focus!=null&&Ya(r),c.show!=null&&
y.forEach((m,w)=>{w>0&&(r==w||r==null)&&(m.show=c.show,Wa(w),o==2?(We(m.facets[0].scale,null,null),We(m.facets[1].scale,null,null)):We(m.scale,null,null),An())}),f!==!1&&Ft("setSeries",r,c),h&&ts("set\
Series",n,r,c)}n.setSeries=Ee;function Ba(r,c){Tt(Y[r],c)}function Ua(r,c){r.fill=tt(r.fill||null),r.dir=ot(r.dir,-1),c=c??Y.length,Y.splice(c,0,r)}function Ga(r){r==null?Y.length=0:Y.splice(r,1)}n.addBand=
Ua,n.setBand=Ba,n.delBand=Ga;function ja(r,c){y[r].alpha=c,Ht&&ae[r]!=null&&(ae[r].style.opacity=c),At&&vt[r]&&(vt[r].style.opacity=c)}let $e,Be,nn,Pn={focus:!0};function Ya(r){if(r!=nn){let c=r==null,
f=Me.alpha!=1;y.forEach((h,m)=>{if(o==1||m>0){let w=c||m==0||m==r;h._focus=c?null:w,f&&ja(m,w?1:Me.alpha)}}),nn=r,f&&An()}}At&&kn&&Wt(vi,rt,r=>{H._lock||(tn(r),nn!=null&&Ee(null,Pn,!0,Et.setSeries))});
function Te(r,c,f){let h=M[c];f&&(r=r/it-(h.ori==1?_t:pt));let m=Z;h.ori==1&&(m=D,r=m-r),h.dir==-1&&(r=m-r);let w=h._min,x=h._max,v=r/m,E=w+(x-w)*v,N=h.distr;return N==3?In(10,E):N==4?Hc(E,h.asinh):N==
100?h.bwd(E):E}function qa(r,c){let f=Te(r,z,c);return ye(f,e[0],Dt,Pt)}n.valToIdx=r=>ye(r,e[0]),n.posToIdx=qa,n.posToVal=Te,n.valToPos=(r,c,f)=>M[c].ori==0?l(r,M[c],f?Kt:Z,f?Qt:0):i(r,M[c],f?de:D,f?ie:
0),n.setCursor=(r,c,f)=>{dt=r.left,kt=r.top,sn(null,c,f)};function Dl(r,c){wt(Dn,Fn,mt.left=r),wt(Dn,os,mt.width=c)}function Pl(r,c){wt(Dn,"top",mt.top=r),wt(Dn,ls,mt.height=c)}let Zn=T.ori==0?Dl:Pl,Qn=T.
ori==1?Dl:Pl;function Ka(){if(At&&Q.live)for(let r=o==2?1:0;r<y.length;r++){if(r==0&&le)continue;let c=Q.values[r],f=0;for(let h in c)ve[r][f++].firstChild.nodeValue=c[h]}}function uo(r,c){if(r!=null&&
(r.idxs?r.idxs.forEach((f,h)=>{ct[h]=f}):Gc(r.idx)||ct.fill(r.idx),Q.idx=ct[0]),At&&Q.live){for(let f=0;f<y.length;f++)(f>0||o==1&&!le)&&Ja(f,ct[f]);Ka()}re=!1,c!==!1&&Ft("setLegend")}n.setLegend=uo;function Ja(r,c){
let f=y[r],h=r==0&&J==2?me:e[r],m;le?m=f.values(n,r,c)??Ie:(m=f.value(n,c==null?null:h[c],r,c),m=m==null?Ie:{_:m}),Q.values[r]=m}function sn(r,c,f){zl=dt,Cl=kt,[dt,kt]=H.move(n,dt,kt),H.left=dt,H.top=
kt,Ht&&(_n&&De(_n,Nt(dt),0,Z,D),Nn&&De(Nn,0,Nt(kt),Z,D));let h,m=Dt>Pt;$e=ft,Be=null;let w=T.ori==0?Z:D,x=T.ori==1?Z:D;if(dt<0||Ot==0||m){h=H.idx=null;for(let v=0;v<y.length;v++){let E=ae[v];E!=null&&
De(E,-10,-10,Z,D)}kn&&Ee(null,Pn,!0,r==null&&Et.setSeries),Q.live&&(ct.fill(h),re=!0)}else{let v,E,N;o==1&&(v=T.ori==0?dt:kt,E=Te(v,z),h=H.idx=ye(E,e[0],Dt,Pt),N=V(e[0][h],T,w,0));let C=-10,P=-10,K=0,
lt=0,st=!0,X="",j="";for(let W=o==2?1:0;W<y.length;W++){let gt=y[W],St=ct[W],Rt=St==null?null:o==1?e[W][St]:e[W][1][St],ut=H.dataIdx(n,W,h,E),Mt=ut==null?null:o==1?e[W][ut]:e[W][1][ut];if(re=re||Mt!=Rt||
ut!=St,ct[W]=ut,W>0&&gt.show){let Xt=ut==null?-10:ut==h?N:V(o==1?e[0][ut]:e[W][0][ut],T,w,0),Bt=Mt==null?-10:q(Mt,o==1?M[gt.scale]:M[gt.facets[1].scale],x,0);if(kn&&Mt!=null){let ce=T.ori==1?dt:kt,ge=zt(
Me.dist(n,W,ut,Bt,ce));if(ge<$e){let Ae=Me.bias;if(Ae!=0){let te=Te(ce,gt.scale),ue=Mt>=0?1:-1,be=te>=0?1:-1;be==ue&&(be==1?Ae==1?Mt>=te:Mt<=te:Ae==1?Mt<=te:Mt>=te)&&($e=ge,Be=W)}else $e=ge,Be=W}}if(re||
vn){let ce,ge;T.ori==0?(ce=Xt,ge=Bt):(ce=Bt,ge=Xt);let Ae,te,ue,be,_e,Ut,ee=!0,on=Vt.bbox;if(on!=null){ee=!1;let Gt=on(n,W);ue=Gt.left,be=Gt.top,Ae=Gt.width,te=Gt.height}else ue=ce,be=ge,Ae=te=Vt.size(
n,W);if(Ut=Vt.fill(n,W),_e=Vt.stroke(n,W),vn)W==Be&&$e<=Me.prox&&(C=ue,P=be,K=Ae,lt=te,st=ee,X=Ut,j=_e);else{let Gt=ae[W];Gt!=null&&(Sn[W]=ue,Mn[W]=be,Ni(Gt,Ae,te,ee),Ai(Gt,Ut,_e),De(Gt,he(ue),he(be),
Z,D))}}}}if(vn){let W=Me.prox,gt=nn==null?$e<=W:$e>W||Be!=nn;if(re||gt){let St=ae[0];St!=null&&(Sn[0]=C,Mn[0]=P,Ni(St,K,lt,st),Ai(St,X,j),De(St,he(C),he(P),Z,D))}}}if(mt.show&&He)if(r!=null){let[v,E]=Et.
scales,[N,C]=Et.match,[P,K]=r.cursor.sync.scales,lt=r.cursor.drag;if(Lt=lt._x,$t=lt._y,Lt||$t){let{left:st,top:X,width:j,height:W}=r.select,gt=r.scales[P].ori,St=r.posToVal,Rt,ut,Mt,Xt,Bt,ce=v!=null&&
N(v,P),ge=E!=null&&C(E,K);ce&&Lt?(gt==0?(Rt=st,ut=j):(Rt=X,ut=W),Mt=M[v],Xt=V(St(Rt,P),Mt,w,0),Bt=V(St(Rt+ut,P),Mt,w,0),Zn(ke(Xt,Bt),zt(Bt-Xt))):Zn(0,w),ge&&$t?(gt==1?(Rt=st,ut=j):(Rt=X,ut=W),Mt=M[E],
Xt=q(St(Rt,K),Mt,x,0),Bt=q(St(Rt+ut,K),Mt,x,0),Qn(ke(Xt,Bt),zt(Bt-Xt))):Qn(0,x)}else po()}else{let v=zt(zl-_l),E=zt(Cl-Nl);if(T.ori==1){let K=v;v=E,E=K}Lt=It.x&&v>=It.dist,$t=It.y&&E>=It.dist;let N=It.
uni;N!=null?Lt&&$t&&(Lt=v>=N,$t=E>=N,!Lt&&!$t&&(E>v?$t=!0:Lt=!0)):It.x&&It.y&&(Lt||$t)&&(Lt=$t=!0);let C,P;Lt&&(T.ori==0?(C=zn,P=dt):(C=Cn,P=kt),Zn(ke(C,P),zt(P-C)),$t||Qn(0,x)),$t&&(T.ori==1?(C=zn,P=
dt):(C=Cn,P=kt),Qn(ke(C,P),zt(P-C)),Lt||Zn(0,w)),!Lt&&!$t&&(Zn(0,0),Qn(0,0))}if(It._x=Lt,It._y=$t,r==null){if(f){if(Ul!=null){let[v,E]=Et.scales;Et.values[0]=v!=null?Te(T.ori==0?dt:kt,v):null,Et.values[1]=
E!=null?Te(T.ori==1?dt:kt,E):null}ts(zo,n,dt,kt,Z,D,h)}if(kn){let v=f&&Et.setSeries,E=Me.prox;nn==null?$e<=E&&Ee(Be,Pn,!0,v):$e>E?Ee(null,Pn,!0,v):Be!=nn&&Ee(Be,Pn,!0,v)}}re&&(Q.idx=h,uo()),c!==!1&&Ft(
"setCursor")}let Ue=null;Object.defineProperty(n,"rect",{get(){return Ue==null&&Xn(!1),Ue}});function Xn(r=!1){r?Ue=null:(Ue=S.getBoundingClientRect(),Ft("syncRect",Ue))}function Ll(r,c,f,h,m,w,x){H._lock||
He&&r!=null&&r.movementX==0&&r.movementY==0||(fo(r,c,f,h,m,w,x,!1,r!=null),r!=null?sn(null,!0,!0):sn(c,!0,!1))}function fo(r,c,f,h,m,w,x,v,E){if(Ue==null&&Xn(!1),tn(r),r!=null)f=r.clientX-Ue.left,h=r.
clientY-Ue.top;else{if(f<0||h<0){dt=-10,kt=-10;return}let[N,C]=Et.scales,P=c.cursor.sync,[K,lt]=P.values,[st,X]=P.scales,[j,W]=Et.match,gt=c.axes[0].side%2==1,St=T.ori==0?Z:D,Rt=T.ori==1?Z:D,ut=gt?w:m,
Mt=gt?m:w,Xt=gt?h:f,Bt=gt?f:h;if(st!=null?f=j(N,st)?a(K,M[N],St,0):-10:f=St*(Xt/ut),X!=null?h=W(C,X)?a(lt,M[C],Rt,0):-10:h=Rt*(Bt/Mt),T.ori==1){let ce=f;f=h,h=ce}}E&&(c==null||c.cursor.event.type==zo)&&
((f<=1||f>=Z-1)&&(f=un(f,Z)),(h<=1||h>=D-1)&&(h=un(h,D))),v?(_l=f,Nl=h,[zn,Cn]=H.move(n,f,h)):(dt=f,kt=h)}let ho={width:0,height:0,left:0,top:0};function po(){ws(ho,!1)}let $l,Fl,Rl,Ol;function Il(r,c,f,h,m,w,x){
He=!0,Lt=$t=It._x=It._y=!1,fo(r,c,f,h,m,w,x,!0,!1),r!=null&&(Wt(Co,Fo,Vl,!1),ts(yi,n,zn,Cn,Z,D,null));let{left:v,top:E,width:N,height:C}=mt;$l=v,Fl=E,Rl=N,Ol=C}function Vl(r,c,f,h,m,w,x){He=It._x=It._y=
!1,fo(r,c,f,h,m,w,x,!1,!0);let{left:v,top:E,width:N,height:C}=mt,P=N>0||C>0,K=$l!=v||Fl!=E||Rl!=N||Ol!=C;if(P&&K&&ws(mt),It.setScale&&P&&K){let lt=v,st=N,X=E,j=C;if(T.ori==1&&(lt=E,st=C,X=v,j=N),Lt&&We(
z,Te(lt,z),Te(lt+st,z)),$t)for(let W in M){let gt=M[W];W!=z&&gt.from==null&&gt.min!=ft&&We(W,Te(X+j,W),Te(X,W))}po()}else H.lock&&(H._lock=!H._lock,sn(c,!0,r!=null));r!=null&&(wn(Co,Fo),ts(Co,n,dt,kt,
Z,D,null))}function Za(r,c,f,h,m,w,x){if(H._lock)return;tn(r);let v=He;if(He){let E=!0,N=!0,C=10,P,K;T.ori==0?(P=Lt,K=$t):(P=$t,K=Lt),P&&K&&(E=dt<=C||dt>=Z-C,N=kt<=C||kt>=D-C),P&&E&&(dt=dt<zn?0:Z),K&&
N&&(kt=kt<Cn?0:D),sn(null,!0,!0),He=!1}dt=-10,kt=-10,ct.fill(null),sn(null,!0,!0),v&&(He=v)}function Hl(r,c,f,h,m,w,x){H._lock||(tn(r),Ks(),po(),r!=null&&ts(Si,n,dt,kt,Z,D,null))}function Wl(){L.forEach(
af),qs(n.width,n.height,!0)}pn(Ns,On,Wl);let Ln={};Ln.mousedown=Il,Ln.mousemove=Ll,Ln.mouseup=Vl,Ln.dblclick=Hl,Ln.setSeries=(r,c,f,h)=>{let m=Et.match[2];f=m(n,c,f),f!=-1&&Ee(f,h,!0,!1)},Ht&&(Wt(yi,S,
Il),Wt(zo,S,Ll),Wt(ki,S,r=>{tn(r),Xn(!1)}),Wt(vi,S,Za),Wt(Si,S,Hl),Uo.add(n),n.syncRect=Xn);let xs=n.hooks=t.hooks||{};function Ft(r,c,f){io?Jn.push([r,c,f]):r in xs&&xs[r].forEach(h=>{h.call(null,n,c,
f)})}(t.plugins||[]).forEach(r=>{for(let c in r.hooks)xs[c]=(xs[c]||[]).concat(r.hooks[c])});let Bl=(r,c,f)=>f,Et=Tt({key:null,setSeries:!1,filters:{pub:Li,sub:Li},scales:[z,y[1]?y[1].scale:null],match:[
$i,$i,Bl],values:[null,null]},H.sync);Et.match.length==2&&Et.match.push(Bl),H.sync=Et;let Ul=Et.key,mo=Cr(Ul);function ts(r,c,f,h,m,w,x){Et.filters.pub(r,c,f,h,m,w,x)&&mo.pub(r,c,f,h,m,w,x)}mo.sub(n);
function Qa(r,c,f,h,m,w,x){Et.filters.sub(r,c,f,h,m,w,x)&&Ln[r](null,c,f,h,m,w,x)}n.pub=Qa;function Xa(){mo.unsub(n),Uo.delete(n),Ke.clear(),Io(Ns,On,Wl),p.remove(),rt?.remove(),Ft("destroy")}n.destroy=
Xa;function go(){Ft("init",t,e),yl(e||t.data,!1),G[z]?ro(z,G[z]):Ks(),hs=mt.show&&(mt.width>0||mt.height>0),Xe=re=!0,qs(t.width,t.height)}return y.forEach(wl),L.forEach(Ca),s?s instanceof HTMLElement?
(s.appendChild(p),go()):s(n,go):go(),n}Ct.assign=Tt;Ct.fmtNum=Zo;Ct.rangeNum=zs;Ct.rangeLog=Ps;Ct.rangeAsinh=Ko;Ct.orient=mn;Ct.pxRatio=it;Ct.join=Qc;Ct.fmtDate=Xo,Ct.tzDate=cu;Ct.sync=Cr;{Ct.addGap=Gu,
Ct.clipGaps=Fs;let t=Ct.paths={points:Rr};t.linear=Ir,t.stepped=qu,t.bars=Ku,t.spline=Zu}var cf=["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"],uf=[1,3,6,12,24,60,120],Br=new WeakMap;function Ur(t){let e=Br.get(t);return e||(e={months:new Int32Array(t.length),dates:new Uint8Array(
t.length)},t.forEach((s,n)=>{let o=new Date(s*864e5);e.months[n]=o.getUTCFullYear()*12+o.getUTCMonth(),e.dates[n]=o.getUTCDate()}),Br.set(t,e)),e}function Gr(t,e,s,n){let{months:o}=Ur(t),[l,i]=[Math.max(
e,1),Math.min(s,t.length-1)],a=g=>{let d=[];for(let b=l;b<=i&&d.length<=n;b++)g(b)&&d.push(b);return d},u=g=>Math.floor((t[g]+3)/7);if(i-e<=n)return a(()=>!0);let p=a(g=>u(g)!==u(g-1));if(p.length<=n)
return p;for(let g of uf){let d=a(b=>Math.floor(o[b]/g)!==Math.floor(o[b-1]/g));if(d.length<=n)return d}return[]}function jr(t,e){let s=Ur(t),n=e.map(l=>s.months[l]),o=n.some((l,i)=>i>0&&l===n[i-1]);return e.
map((l,i)=>{let a=n[i];if(i?Math.floor(n[i-1]/12)!==Math.floor(a/12):a%12===0&&!o)return String(Math.floor(a/12));let p=cf[a%12];return o?`${s.dates[l]} ${p}`:p})}var qr="11px system-ui, -apple-system, 'Segoe UI', sans-serif",il=46,ff=24,hf={bars:Ct.paths.bars({size:[.8,40],align:0}),area:Ct.paths.linear()};function Kr(t,e,s,n){let o=e,[l,i]=[!0,null],[a,u]=[n.
zoom(),n.days()],p={...s,padding:[6,8,0,0],legend:{show:!1},cursor:df(n),scales:{x:{time:!1,range:()=>[n.zoom()[0]-.5,Math.max(n.zoom()[1],n.zoom()[0])+.5]},y:{range:(d,b,k)=>kf(b,k,o.limits)}},axes:[
wf(e.labelled,n),xf(e.compact,n)],series:[{},...e.lines.map(d=>mf(d,n))],bands:bf(e.lines),hooks:{drawClear:[d=>vf(d,e,n),d=>Sf(d,o,n)],draw:[d=>Ef(d,o,n)],setSelect:[d=>n.selected(d)],setCursor:[d=>n.
pointed(d)]}},g=new Ct(p,Yr(e,n),t);return g.over.setAttribute("aria-hidden","true"),{plot:g,update(d){i=d,l&&this.flush()},see(d){l=d,l&&this.flush()},flush(){let d=i;if(i=null,d===null)return;let b=pf(
o,d)&&n.zoom().every((k,S)=>k===a[S])&&u===n.days();o=d,!b&&([a,u]=[n.zoom(),n.days()],g.batch(()=>{d.lines.forEach(({hidden:k},S)=>{g.series[S+1].show===!!k&&g.setSeries(S+1,{show:!k})}),g.setData(Yr(
d,n),!0)}))}}}function pf(t,e){return t.extreme===e.extreme&&t.title===e.title&&String(t.marks)===String(e.marks)&&Object.keys(t.hiddenShade).every(s=>t.hiddenShade[s]===e.hiddenShade[s])&&t.lines.every(
(s,n)=>s.values===e.lines[n].values&&s.hidden===e.lines[n].hidden)}var Yr=(t,e)=>[e.places(),...t.lines.map(({values:s})=>s)];function df(t){return{y:!1,sync:{key:t.syncKey,scales:["x",null]},drag:{x:!0,
y:!1,setScale:!1,dist:4},points:{size:6},bind:{dblclick:()=>()=>(t.zoomOut(),null)}}}function mf(t,e){let s=t.paths?{fill:t.stroke,width:t.paths==="bars"?0:.5}:{};return{label:t.label,stroke:t.stroke,
width:t.width,dash:t.dash,spanGaps:!1,show:!t.hidden,points:{show:()=>gf(e)&&!t.paths&&!t.band&&!t.bandEnd,size:7,fill:t.stroke},...s,...t.paths?{paths:hf[t.paths]}:{}}}var gf=t=>t.places().length<3;function bf(t){
let e=t.findIndex(({band:s})=>s);return e<0?[]:[{series:[e+1,e+2],fill:t[e].stroke}]}function wf(t,e){return{stroke:e.palette.muted,font:qr,size:t?ff:4,gap:3,grid:{stroke:e.palette.grid,width:1},ticks:{
show:!1},splits:s=>Gr(e.days(),...e.zoom(),Math.max(2,Math.floor((s.width-il)/56))),values:(s,n)=>t?jr(e.days(),n):n.map(()=>"")}}function xf(t,e){return{stroke:e.palette.muted,font:qr,size:il,gap:4,space:28,
grid:{stroke:e.palette.grid,width:1},ticks:{show:!1},values:(s,n,o,l,i)=>n.map(a=>t?ks(a):we(a,yf(i)))}}function yf(t){for(let e=0;e<6;e++){let s=t*10**e;if(Math.abs(s-Math.round(s))<1e-6)return e}return 6}
function kf(t,e,s){if(t===null||e===null||t===void 0||e===void 0)return s?.[1]?s:[0,1];let n=(e-t||Math.abs(e)||1)*.05;return[s?.[0]??t-n,s?.[1]??e+n]}function vf(t,{lines:e},s){let[n,o]=s.zoom(),l=o-
n>t.over.clientWidth;e.forEach(({width:i,paths:a},u)=>{a||(t.series[u+1].width=l?Math.min(i,1):i)})}function Sf(t,e,s){let{ctx:n}=t,{left:o,top:l,width:i,height:a}=t.bbox;n.save(),n.beginPath(),n.rect(
o,l,i,a),n.clip();let{extreme:u=[],hiddenShade:p={}}=e,[g,d]=s.zoom(),b=t.width-il<2*(d-g),k=6*devicePixelRatio,[S,_,$]=b?[l+a-k,k,"FF"]:[l,a,s.palette.shade];for(let R=g;R<=d;){let y=u[R],L=R+1;for(;L<=
d&&(u[L]===y||u[L]===void 0);)L++;let M=y===null?"unknown":y>0?"fear":"greed";if((y||y===null)&&!p[M]){let Y=t.valToPos(R-.5,"x",!0),z=Math.max(t.valToPos(L-.5,"x",!0)-Y,1);y===null?Mf(n,s.palette,Y,z,
z<2*k?[S,_]:[l,a]):(n.fillStyle=s.palette[M]+$,n.fillRect(Y,S,z,_))}R=L}n.restore()}function Mf(t,e,s,n,[o,l]){let i=8*devicePixelRatio;t.save(),t.beginPath(),t.rect(s,o,n,l),t.clip(),t.strokeStyle=e.
muted,t.globalAlpha=.45,t.lineWidth=devicePixelRatio,t.beginPath();for(let a=Math.floor((s-l)/i)*i;a<s+n;a+=i)t.moveTo(a,o+l),t.lineTo(a+l,o);t.stroke(),t.restore()}function Ef(t,e,s){let{ctx:n}=t,{left:o,
top:l,width:i,height:a}=t.bbox;n.save(),n.beginPath(),n.rect(o,l,i,a),n.clip(),n.strokeStyle=s.palette.muted,n.lineWidth=devicePixelRatio,n.setLineDash([3*devicePixelRatio,3*devicePixelRatio]);for(let u of e.
marks??[]){let p=Math.round(t.valToPos(u,"y",!0));n.beginPath(),n.moveTo(o,p),n.lineTo(o+i,p),n.stroke()}e.marked&&Tf(t,e,s),n.restore()}function Tf(t,e,s){let[n,o]=s.zoom(),[{values:l,hidden:i}]=e.lines;
for(let a=n;a<=o&&!i;a++){let u=e.extreme[a];!u||l[a]==null||(t.ctx.fillStyle=s.palette[u>0?"fear":"greed"],t.ctx.beginPath(),t.ctx.arc(t.valToPos(a,"x",!0),t.valToPos(l[a],"y",!0),2.5*devicePixelRatio,
0,7),t.ctx.fill())}}var Af=900,_f=16,Jr=["fear","greed","unknown"],Nf=0,zf="Left and right arrows move the crosshair, with Shift they move the zoom. Plus and minus zoom, 0 zooms out, 1 to 6 choose a range.",Vs=class{constructor(e,{
zoomed:s,toggled:n,announce:o}){Object.assign(this,{zoomed:s,toggled:n,announce:o,syncKey:`optstat-${Nf++}`,blocks:[],structure:null}),this.scene={days:new Int32Array,parts:[],zoom:[0,0]},this.at=null,
this.root=A("div",{class:"optstat-chart",role:"application",tabIndex:0,"data-lm-suppress-shortcuts":"true","aria-label":"Chart","aria-description":zf,onkeydown:l=>this.pressed(l),onpointerleave:()=>this.
point(null)}),this.picture=A("div",{role:"img",class:"optstat-unseen"}),this.grid=A("div",{class:"optstat-blocks"}),this.root.append(this.picture,this.grid),e.append(this.root),this.hosts=new Map,this.
sight=new IntersectionObserver(l=>l.forEach(({target:i,isIntersecting:a})=>this.hosts.get(i)?.see(a)),{rootMargin:"150px",scrollMargin:"150px"}),this.sizes=new ResizeObserver(()=>this.resize()),this.sizes.
observe(this.root)}destroy(){this.sizes.disconnect(),this.clear()}days=()=>this.scene.days;zoom=()=>this.scene.zoom;places=()=>this.axis;show(e,s,n,o,l){Object.assign(this,{scene:e,view:s,vocabulary:n,
palette:o}),this.axis?.length!==e.days.length&&(this.axis=Uint32Array.from(e.days.keys())),this.picture.setAttribute("aria-label",l),this.at!==null&&!(this.at>=e.zoom[0]&&this.at<=e.zoom[1])&&(this.at=
null);let i=this.describe(),a=JSON.stringify([this.columns(i.length),o.background,i.map(({title:u,panels:p})=>[u,p.map(({id:g,lines:d})=>[g,d.map(b=>[b.id,b.paths])])])]);a!==this.structure?this.build(
i,a):i.forEach(({part:u,panels:p},g)=>{this.blocks[g].part=u,this.blocks[g].panels.forEach((d,b)=>d.update(p[b]))}),this.showValues()}describe(){let{scene:e,view:s,vocabulary:n,palette:o}=this,l=s.arrangement===
"compare"?[{title:"All series",part:null,panels:[mi(e,s,n,o)]}]:e.parts.map(a=>({title:a.series.title,part:a,panels:di(a,e,s,n,o)})),i=new Set(s.hidden);for(let{panels:a}of l){a.at(-1).labelled=!0;for(let u of a){
u.hiddenShade=Object.fromEntries(Jr.map(g=>[g,i.has(g)]));let p=i.has(`${u.id}.upper`);for(let g of u.lines)g.hidden=g.band||g.bandEnd?p:i.has(`${u.id}.${g.id}`)}}return l}columns(e){let s=this.root.clientWidth;
return this.view.arrangement!=="side by side"||s<Af?1:Math.max(1,Math.min(e,Math.floor(s/440),4))}flush(){for(let e of this.hosts.values())e.flush()}clear(){this.sight.disconnect(),this.hosts.clear();
for(let{panels:e}of this.blocks)for(let{plot:s}of e)s.destroy();this.blocks=[],this.grid.replaceChildren()}build(e,s){this.clear(),this.structure=s;let n=this.columns(e.length);this.grid.style.gridTemplateColumns=
`repeat(${n}, minmax(0, 1fr))`,this.blocks=e.map(({title:o,part:l,panels:i})=>{let a=A("section",{class:"optstat-block","aria-label":o}),u=A("span",{class:"optstat-day"}),p=l?this.shadeSwitches():[];a.
append(A("div",{class:"optstat-block-head"},A("span",{class:"optstat-title"},o),u,...p)),this.grid.append(a);let g=i.map(d=>{let b=this.legend(d),k=A("div",{class:"optstat-plot","data-panel":d.id});a.
append(b.root,k);let S=Kr(k,d,this.size(d,n),this);return this.followTouch(S.plot),this.hosts.set(k,S),this.sight.observe(k),{...S,panel:d,legend:b,update:_=>(S.update(_),b.update(_))}});return{root:a,
day:u,part:l,panels:g}})}size(e,s){let n=Math.max(160,Math.floor((this.root.clientWidth-_f*(s-1))/s)),o=Math.min(Math.max((globalThis.innerHeight||800)*.6,400),640);return{width:n,height:Math.round(o*
e.height)+(e.labelled?20:0)}}resize(){if(!this.view||!this.blocks.length)return;let e=this.columns(this.blocks.length);if(JSON.parse(this.structure)[0]!==e){this.show(this.scene,this.view,this.vocabulary,
this.palette,this.picture.getAttribute("aria-label"));return}for(let{panels:s}of this.blocks)for(let{plot:n,panel:o}of s){let l=this.size(o,e);(n.width!==l.width||n.height!==l.height)&&n.setSize(l)}}entry(e,s,n){
let o=A("b"),l=A("span"),i=A("button",{type:"button","aria-pressed":"true",onclick:()=>this.toggled(e)},A("i",{class:`optstat-swatch optstat-${n}`,style:`--swatch:${s}`,"aria-hidden":"true"}),l," ",o);
return{id:e,button:i,text:l,value:o}}shadeSwitches(){return Jr.map(e=>{let{button:s,text:n}=this.entry(e,this.palette[e]??this.palette.muted,e==="unknown"?"hatched":"area");return n.textContent=e,s.dataset.
shade=e,s})}legend(e){let s=A("div",{class:"optstat-legend",role:"group","aria-label":e.title}),n=A("span",{class:"optstat-panel-title"},e.title),o=e.lines.filter(({bandEnd:i})=>!i).map(i=>this.entry(
`${e.id}.${i.id}`,i.stroke,i.paths||i.band?"area":i.dash?"dashed":"line"));n.hidden=o.length===1&&e.id!=="compare",s.append(n,...o.map(({button:i})=>i));let l={root:s,entries:o,update:i=>{Ne(n,i.title);
let a=i.lines.filter(({bandEnd:u})=>!u);o.forEach(({button:u,text:p},g)=>{Ne(p,a[g].label),u.setAttribute("aria-pressed",String(!a[g].hidden))}),l.panel=i}};return l.update(e),l}showValues(){let e=new Set(
this.view.hidden);for(let s of this.grid.querySelectorAll("[data-shade]"))s.setAttribute("aria-pressed",String(!e.has(s.dataset.shade)));for(let s of this.blocks){this.showIfUnknown(s);let n=this.at??
this.lastPlace(s),o=this.scene.days[n];Ne(s.day,o===void 0?"no session":bt(o));for(let{legend:l}of s.panels){let{lines:i}=l.panel,a=i.filter(({bandEnd:u})=>!u);l.entries.forEach(({value:u},p)=>Ne(u,Df(
a[p],i,n)))}}}showIfUnknown({root:e,part:s}){let n=e.querySelector('[data-shade="unknown"]');if(!n)return;let[o,l]=ze(s,this.scene);n.hidden=!s.result.extreme.subarray(o,l).some(Number.isNaN)}lastPlace({
panels:e}){let[s,n]=this.scene.zoom,{lines:o}=e[0].legend.panel;for(let l=n;l>s;l--)if(o.some(({values:i})=>i[l]!==void 0))return l;return n}pointed(e){if(e!==this.blocks[0]?.panels[0]?.plot)return;let s=e.
cursor.idx??null;s!==this.at&&(this.at=s,this.showValues())}point(e){this.at=e;for(let{panels:s}of this.blocks)for(let{plot:n}of s){let o=e===null?-10:n.valToPos(e,"x");n.setCursor({left:o,top:e===null?
-10:0},!1)}this.showValues()}selected(e){let{left:s,width:n}=e.select;if(n<=0||(e.setSelect({left:0,top:0,width:0,height:0},!1),!e.root.matches(":hover")))return;let o=[s,s+n].map(l=>Math.round(e.posToVal(
l,"x")));this.zoomTo(...o)}zoomTo(e,s){let n=this.scene.days.length-1,[o,l]=[Math.max(0,Math.min(e,n)),Math.min(n,Math.max(s,0))];n<1||l<=o||this.zoomed(o===0&&l===n?null:[bt(this.scene.days[o]),bt(this.
scene.days[l])])}zoomOut(){this.zoomed(null)}pressed(e){if(e.ctrlKey||e.metaKey||e.altKey||e.target!==this.root)return;let s=Cf[e.key];s&&(e.preventDefault(),e.stopPropagation(),s(this,e.shiftKey))}step(e,s){
let[n,o]=this.scene.zoom;if(s){let i=o-n,a=Math.max(1,Math.round(i/10))*e,u=Math.max(0,Math.min(n+a,this.scene.days.length-1-i));this.zoomTo(u,u+i);return}let l=this.at===null?e<0?o:n:Math.max(n,Math.
min(o,this.at+e));this.point(l),this.announce(this.spoken(l))}scale(e){let[s,n]=this.scene.zoom,o=this.at??(s+n)/2,l=Math.round(o-(o-s)*e),i=Math.round(o+(n-o)*e);(i-l>=1||e>1)&&this.zoomTo(Math.min(l,
s+(e>1?-1:0)||l),i)}spoken(e){let s=bt(this.scene.days[e]??0),n=this.blocks.map(({root:o,panels:l})=>{let i=l.flatMap(({legend:a})=>a.entries.map(({text:u,value:p})=>`${u.textContent} ${p.textContent}`));
return`${o.getAttribute("aria-label")}: ${i.join(", ")}`});return`${s}. ${n.join(". ")}`}followTouch(e){e.over.style.touchAction="pan-y";let s=n=>{if(n.pointerType==="mouse")return;let o=n.clientX-e.over.
getBoundingClientRect().left,l=Math.round(e.posToVal(o,"x"));this.point(Math.max(this.scene.zoom[0],Math.min(this.scene.zoom[1],l)))};e.over.addEventListener("pointerdown",s),e.over.addEventListener("\
pointermove",s)}},Cf={ArrowLeft:(t,e)=>t.step(-1,e),ArrowRight:(t,e)=>t.step(1,e),Home:t=>t.point(t.scene.zoom[0]),End:t=>t.point(t.scene.zoom[1]),"+":t=>t.scale(.5),"=":t=>t.scale(.5),"-":t=>t.scale(
2),_:t=>t.scale(2),0:t=>t.zoomOut(),Escape:t=>t.at===null?t.zoomOut():t.point(null)};function Df(t,e,s){if(t.band){let n=e.find(({bandEnd:o})=>o);return t.values[s]==null?"–":`${rl(n,s)}–${rl(t,s)}`}
return rl(t,s)}function rl(t,e){let s=(t.shown??t.values)[e];return s==null?"–":t.count?Math.abs(s)>=1e6?ks(s):ln(s):we(s,t.digits)}var al=t=>Number.isInteger(t)?`${t}.0`:String(t),Zr=t=>t===null?"None":`'${t}'`,Qr=t=>t===null?"":`"${t}"`;function Xr(t,e,s,n,o,l){let{window:i,lookback:a,lower:u,upper:p,k:g,metric:d}=t,b=[...e.code.
head];for(let{comment:M}of s)M&&b.push(M);s.length<e.code.series&&b.push(`df = df.loc[:, df.columns.droplevel(-1).isin([${s.map(({literal:M})=>M).join(", ")}])]`);let[k,S]=n,_=k===null&&S===null?"":`.\
loc[${Qr(k)}:${Qr(S)}]`,$=`lookback=${a}, lower=${al(u)}, upper=${al(p)}`,R=i===a?`(${i},)`:`(${i}, ${a})`,y=`start=${Zr(k)}, end=${Zr(S)}, theme='${o}'`,L=l[d].expression.replaceAll("{window}",i).replaceAll(
"{lookback}",a);return b.push(`metrics = df.optstat.metrics(windows=${R}, ${$})${_}`,`${d} = df.optstat.${L}${_}`,`df.optstat.plot("overview", windows=${R}, ${$}, ${y})`,`df.optstat.plot("bands", wind\
ow=${i}, k=${al(g)}, ${y})`),s.some(({ownPrice:M})=>M)&&b.push(`df.optstat.plot("price", ${$}, ${y})`),b.join(`
`)+`
`}var Pf=0,Hs=class{constructor(e,s,n){Object.assign(this,{vocabulary:s,act:n,id:`optstat-drawer-${Pf++}`}),this.toolbar=A("div",{class:"optstat-toolbar",role:"toolbar","aria-label":"Explorer"}),this.drawer=
A("div",{class:"optstat-drawer",id:this.id,hidden:!0}),e.append(this.toolbar,this.drawer),this.buildToolbar(),this.buildDrawer()}buildToolbar(){let{vocabulary:e,act:s}=this;this.presets=e.presets.map(
n=>A("button",{type:"button","aria-pressed":"false",onclick:()=>s.choose({preset:n,start:null,end:null,zoom:null})},n)),this.start=this.dateBox("From","start"),this.end=this.dateBox("To","end"),this.window=
this.slider("Window","window",e.windows,"sessions of the rolling mean and the band"),this.lookback=this.slider("Lookback","lookback",e.lookbacks,"sessions that a day is compared with"),this.metric=this.
list("Metric","metric",Object.entries(e.metrics).map(([n,{title:o}])=>[n,o])),this.more=A("button",{type:"button","aria-expanded":"false","aria-controls":this.id,onclick:()=>{this.drawer.hidden=!this.
drawer.hidden,this.more.setAttribute("aria-expanded",String(!this.drawer.hidden))}},"More"),this.toolbar.append(A("div",{class:"optstat-group",role:"group","aria-label":"Range"},...this.presets),this.
start.root,this.end.root,this.window.root,this.lookback.root,this.metric.root,this.more)}buildDrawer(){let{vocabulary:e,act:s}=this;this.series=A("div",{class:"optstat-row"}),this.loadedMarkets=new Set,
this.codes=this.codeEntry(e.codes??[]),this.arrangement=this.list("Arrange","arrangement",e.arrangements.map(o=>[o,o])),this.theme=this.list("Theme","theme",e.themes.map(o=>[o,o])),this.limits=[["Lowe\
r","lower",0,1,.01],["Upper","upper",0,1,.01],["Band","k",0,10,.1]].map(o=>this.number(...o)),this.source=A("input",{type:"text",list:`${this.id}-sources`,size:28,spellcheck:!1,autocomplete:"off"}),this.
source.addEventListener("keydown",o=>o.key==="Enter"&&this.sourceChosen()),this.source.addEventListener("change",()=>this.sourceChosen());let n=A("datalist",{id:`${this.id}-sources`},A("option",{value:"\
simulator:"}));this.refresh=A("button",{type:"button",title:"request what is provisional or new",onclick:()=>s.send("refresh")},"Refresh"),this.loading=A("div",{class:"optstat-row"},qe("Source",this.source),
n,this.refresh),this.format=A("select",{},...e.formats.map(o=>A("option",{value:o},o))),this.name=A("input",{type:"text",placeholder:"file name",size:18,spellcheck:!1}),this.table=A("button",{type:"bu\
tton","aria-expanded":"false",onclick:()=>{let o=this.table.getAttribute("aria-expanded")!=="true";this.table.setAttribute("aria-expanded",String(o)),s.table(o)}},"Table"),this.code=A("textarea",{rows:8,
readOnly:!0,spellcheck:!1}),this.codeBox=qe("Code",this.code),this.codeBox.hidden=!0,this.codeBox.classList.add("optstat-code"),this.drawer.append(this.series,A("div",{class:"optstat-row"},this.arrangement.
root,this.theme.root,...this.limits.map(({root:o})=>o)),this.loading,A("div",{class:"optstat-row"},A("button",{type:"button",title:"copy code that reproduces this view",onclick:()=>s.copy()},"Copy as \
code"),qe("Save as",this.format),qe("File",this.name),A("button",{type:"button",onclick:()=>s.save(this.format.value,this.name.value.trim())},"Save"),this.table),this.codeBox)}dateBox(e,s){let n=A("in\
put",{type:"date",min:"1973-01-01",max:"2199-12-31"}),o=!1,l=()=>{if(o=!1,n.value===n.dataset.shown)return;if(n.validity.badInput)return void(n.value=n.dataset.shown);let i=s==="start"?{end:this.end.value()||
null}:{start:this.start.value()||null};if(!n.value&&!i.start&&!i.end)return void(n.value=n.dataset.shown);this.act.choose({preset:null,[s]:n.value||null,...i,zoom:null})};return n.addEventListener("ke\
ydown",i=>{i.key==="Enter"?l():i.key==="Escape"?n.value=n.dataset.shown:i.key!=="Tab"&&(o=!0)}),n.addEventListener("blur",l),n.addEventListener("change",()=>o||l()),{root:qe(e,n),value:()=>n.dataset.shown,
show:i=>{let a=o&&document.activeElement===n;n.dataset.shown=i,!a&&n.value!==i&&(n.value=i)}}}slider(e,s,[n,o],l){let i=A("input",{type:"range",min:String(n),max:String(o),step:"1",title:l,"aria-label":e}),
a=A("input",{type:"number",min:String(n),max:"9999","aria-label":`${e}, as a number`});i.addEventListener("input",()=>this.act.choose({[s]:Number(i.value)})),a.addEventListener("change",()=>{let p=Math.
round(Number(a.value));p>=n?this.act.choose({[s]:p}):a.value=i.value});let u=A("span",{"aria-hidden":"true"},e);return{root:A("span",{class:"optstat-slider"},u,i,a),show:p=>{p>Number(i.max)&&(i.max=String(
p)),p<Number(i.min)&&(i.min=String(p)),Number(i.value)!==p&&(i.value=String(p)),Number(a.value)!==p&&(a.value=String(p))}}}list(e,s,n){let o=A("select",{},...n.map(([l,i])=>A("option",{value:l},i)));return o.
addEventListener("change",()=>this.act.choose({[s]:o.value})),{root:qe(e,o),show:l=>o.value=l}}number(e,s,n,o,l){let i=A("input",{type:"number",min:String(n),max:String(o),step:String(l)});return i.addEventListener(
"change",()=>{let a=Number(i.value);i.value===""||a<n||a>o?i.value=i.dataset.shown:this.act.choose({[s]:a})}),{root:qe(e,i),show:a=>{(Number(i.value)!==a||i.value==="")&&(i.value=String(a)),i.dataset.
shown=String(a)}}}sourceChosen(){let e=this.source.value;e.trim()!==this.source.dataset.shown&&this.act.send("source",{value:e})}show(e,s,[n,o]){let{presets:l,vocabulary:i}=this;l.forEach((a,u)=>a.setAttribute(
"aria-pressed",String(i.presets[u]===e.preset))),this.start.show(n===void 0?"":bt(n)),this.end.show(o===void 0?"":bt(o));for(let a of["window","lookback","metric","arrangement","theme"])this[a].show(e[a]);
["lower","upper","k"].forEach((a,u)=>this.limits[u].show(e[a])),this.showSeries(e,s)}showSeries(e,s){let n=s?.loaded.given??!1;this.markets=e.markets,this.loading.hidden=n;let o=n?[["Series","series",
s.series.map(({title:i})=>i)]]:[["Market","markets",this.marketsOffered(e,s)],["Data type","data_types",this.vocabulary.data_types]],l=JSON.stringify(o);l!==this.structure&&(this.structure=l,this.series.
replaceChildren(...o.map(([i,a,u])=>this.checks(i,a,u))),n||this.series.children[0].append(this.codes.root),this.series.hidden=n&&s.series.length<2);for(let i of this.series.querySelectorAll("input[ty\
pe=checkbox]"))i.checked=(e[i.name]??o[0][2]).includes(i.value);!n&&s&&(this.showSource(s.loaded.source),this.refresh.disabled=!s.loaded.refreshable)}codeEntry(e){let s=A("input",{type:"text",list:`${this.
id}-codes`,size:12,placeholder:"US.AAPL",spellcheck:!1,autocomplete:"off"}),n=()=>{let l=s.value.trim().toUpperCase();s.value="",l&&!this.markets.includes(l)&&this.act.choose({markets:[...this.markets,
l]})};s.addEventListener("keydown",l=>l.key==="Enter"&&n()),s.addEventListener("change",n);let o=A("datalist",{id:`${this.id}-codes`},...e.map(l=>A("option",{value:l})));return{root:A("span",{},qe("Ad\
d code",s),o)}}marketsOffered(e,s){for(let n of s?.loaded.view.markets??[])this.loadedMarkets.add(n);return[...new Set([...this.vocabulary.markets,...this.loadedMarkets,...e.markets])]}showSource(e){document.
activeElement!==this.source&&(this.source.value=e),this.source.dataset.shown=e}checks(e,s,n){let o=n.map(l=>{let i=A("input",{type:"checkbox",name:s,value:l});return i.addEventListener("change",()=>{let a=[
...this.series.querySelectorAll(`input[name=${s}]`)].filter(({checked:u})=>u);this.act.choose({[s]:a.map(u=>u.value)})}),A("label",{class:"optstat-check"},i,l)});return A("div",{class:"optstat-group",
role:"group","aria-label":e},A("span",{},`${e}:`),...o)}showCode(e){this.code.value!==e&&(this.code.value=e),this.codeBox.hidden=!1}showsCode=()=>!this.codeBox.hidden;pressPreset(e){this.presets[e]?.click()}},
Lf=0;function qe(t,e){return e.id=`optstat-control-${Lf++}`,A("span",{class:"optstat-label"},A("label",{for:e.id},t),e)}var ta=(t,e)=>(t>0?"+":"")+we(t,e),cl=t=>`${t} ${t===1?"session":"sessions"}`;function ea(t,e,s){let{series:n}=t,[o,l]=ze(t,e),i=n.synthetic?["synthetic"]:[];if(o>=l)return{title:n.title,badges:i,empty:!0};
let a=ai(n.prepared,s,l);a.row>=0&&n.provisional.includes(a.day)&&i.push("provisional");let u=a.side>0?"fear":a.side<0?"greed":null;return{title:n.title,badges:i,side:u,day:a.day,ratio:a.ratio,empty:a.
row<o,facts:[["change",ta(a.change,3)],["percentile",Number.isNaN(a.percentile)?"–":`${we(100*a.percentile,0)} %`],["z-score",ta(a.zscore,2)],u?["state",`${u}, ${cl(a.age)}`]:["last extreme",a.since===
null?"none":`${cl(a.since)} ago`]]}}function na(t,e){t.replaceChildren(...e.map(s=>{let n=s.badges.map(i=>A("span",{class:`optstat-badge optstat-${i}`},i)),o=A("div",{class:"optstat-card-title"},A("sp\
an",{},s.title),...n);if(s.empty)return A("div",{class:"optstat-card"},o,A("div",{class:"optstat-facts"},"No session in the range."));let l=s.facts.map(([i,a])=>A("span",{class:i==="state"?`optstat-fa\
ct optstat-side-${s.side}`:"optstat-fact"},A("i",{},i)," ",A("b",{},a)));return A("div",{class:"optstat-card"},o,A("div",{class:"optstat-facts"},A("span",{class:"optstat-ratio",title:`put/call ratio o\
f ${bt(s.day)}`},we(s.ratio,3)),...l))}))}function sa(t,e){return e.map((s,n)=>{if(s.empty)return`${s.title}: no rows.`;let o=s.facts.map(([i,a])=>`${i} ${a}`).join(", "),l=t[n].count;return`${s.title}\
: ${cl(l)} until ${bt(s.day)}; put/call ratio ${we(s.ratio,2)}, ${o}.`}).join(" ")||"No rows."}var Ws=class{constructor(e,s){Object.assign(this,{model:e,changed:s,isSilent:!1,waiting:new Map,last:0}),this.received=n=>this.receive(n),e.on("msg:custom",this.received)}destroy(){this.model.off("msg\
:custom",this.received);for(let{timer:e}of this.waiting.values())clearTimeout(e);this.waiting.clear()}ask(e,s={}){let n=`${Date.now().toString(36)}-${this.last++}`,o=setTimeout(()=>this.setSilent(!0),
2e3);return new Promise(l=>{this.waiting.set(n,{done:l,timer:o});try{this.model.send({...s,id:n,kind:e})}catch{this.setSilent(!0)}})}ping(){this.waiting.size||this.ask("ping")}receive(e){let s=this.waiting.
get(e?.id);s&&(this.waiting.delete(e.id),clearTimeout(s.timer),this.setSilent(!1),s.done(e))}setSilent(e){this.isSilent!==e&&(this.isSilent=e,this.changed())}};var Oe=40,jn=46,ul=8,$f=8,Bs=class{constructor(e,s){this.changed=s,this.canvas=A("canvas",{class:"optstat-overview","aria-hidden":"true",height:Oe}),e.append(this.canvas),this.context=this.canvas.getContext(
"2d"),this.sizes=new ResizeObserver(()=>this.draw()),this.sizes.observe(this.canvas);for(let n of["pointerdown","pointermove","pointerup","pointercancel","dblclick"])this.canvas.addEventListener(n,o=>this[n](
o))}destroy(){this.sizes.disconnect()}show(e,s,n,o){Object.assign(this,{count:e,lines:s,zoom:n,palette:o}),this.draw()}x=e=>jn+(e+.5)/this.count*(this.width-jn-ul);place=e=>Math.floor((e-jn)/(this.width-
jn-ul)*this.count);draw(){let{canvas:e,context:s,lines:n,palette:o}=this;if(!n)return;this.width=e.clientWidth;let l=globalThis.devicePixelRatio||1,[i,a]=[Math.round(this.width*l),Math.round(Oe*l)];if((e.
width!==i||e.height!==a)&&Object.assign(e,{width:i,height:a}),s.setTransform(l,0,0,l,0,0),s.clearRect(0,0,this.width,Oe),!this.count)return;for(let{values:g,colour:d}of n)this.line(g,d);let[u,p]=[this.
x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)];s.globalAlpha=.7,s.fillStyle=o.background,s.fillRect(jn,0,u-jn,Oe),s.fillRect(p,0,this.width-ul-p,Oe),s.globalAlpha=1,s.strokeStyle=o.muted,s.lineWidth=1,s.
strokeRect(u+.5,.5,Math.max(p-u-1,2),Oe-1),s.fillStyle=o.muted;for(let g of[u,p])s.fillRect(g-2,Oe/2-8,4,16)}line(e,s){let n=this.context,o=e.filter(u=>u!=null),[l,i]=[Math.min(...o),Math.max(...o)];n.
beginPath();let a=!1;e.forEach((u,p)=>{if(u===void 0)return;if(u===null)return void(a=!1);let g=Oe-4-(u-l)/(i-l||1)*(Oe-8);a?n.lineTo(this.x(p),g):n.moveTo(this.x(p),g),a=!0}),n.strokeStyle=s,n.lineWidth=
1,n.stroke()}pointerdown(e){if(!this.count)return;let s=e.offsetX,[n,o]=[this.x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)],l=Math.abs(s-n)<Math.abs(s-o)?"left":"right",i=Math.min(Math.abs(s-n),Math.abs(
s-o))<$f,a=this.zoom[1]-this.zoom[0]>=this.count-1;this.drag={start:this.place(s),zoom:this.zoom,kind:i?l:s>n&&s<o&&!a?"move":"new"},this.canvas.setPointerCapture(e.pointerId)}pointermove(e){if(!this.
drag)return;let{start:s,zoom:n,kind:o}=this.drag,l=Math.max(0,Math.min(this.count-1,this.place(e.offsetX)));if(o==="left")this.changed(Math.min(l,n[1]-1),n[1]);else if(o==="right")this.changed(n[0],Math.
max(l,n[0]+1));else if(o==="new")l!==s&&this.changed(Math.min(l,s),Math.max(l,s));else{let i=n[1]-n[0],a=Math.max(0,Math.min(this.count-1-i,n[0]+l-s));this.changed(a,a+i)}}pointerup(){this.drag=null}pointercancel(){
this.drag=null}dblclick(){this.changed(0,this.count-1)}};var oa=t=>typeof t=="number"?Number.isNaN(t)?"":String(t):/[",\n\r]/.test(t)?`"${t.replaceAll('"','""')}"`:t;function la(t,e,s){let n=["time","series","source","call_value","put_value","ratio",`ratio_\
mean_${e.window}`,`zscore_${e.lookback}`,`percentile_${e.lookback}`,`extreme_${e.lookback}`],o=!["zscore","percentile"].includes(e.metric);o&&n.push(s[e.metric].title);let l=[n.map(oa).join(",")];for(let i of t.
parts){let{series:a,result:u}=i,[p,g]=ze(i,t);for(let d=p;d<g;d++){let b=[bt(a.days[d]),a.title,a.source,a.call[d],a.put[d],u.ratio[d],u.mean[d],u.zscore[d],u.percentile[d],u.extreme[d]];o&&b.push(u.metric[d]),
l.push(b.map(oa).join(","))}}return l.join(`
`)+`
`}function ia(t){let e=t.parts.map(({series:l})=>l.title),s=[e.length===1?e[0]:`${e.length} series`],[n,o]=t.zoom.map(l=>t.days[l]);return n!==void 0&&s.push(`from-${bt(n)}`,`to-${bt(o)}`),t.parts.some(
({series:l})=>l.synthetic)&&s.push("synthetic"),s.join("-").replaceAll(/[^\p{L}\p{N}_-]/gu,"-")}function ra(t,e,s){t.flush();let n=globalThis.devicePixelRatio||1,o=t.grid.getBoundingClientRect(),l=document.
createElement("canvas");l.width=Math.round((o.width+16)*n),l.height=Math.round((o.height+34)*n);let i=l.getContext("2d");i.scale(n,n),i.fillStyle=s.background,i.fillRect(0,0,l.width,l.height);let a=p=>{
let g=p.getBoundingClientRect();return[g.left-o.left+8,g.top-o.top+8,g]};i.textBaseline="middle";for(let p of t.grid.querySelectorAll(".optstat-title, .optstat-day, .optstat-panel-title, .optstat-lege\
nd button, .optstat-block-head button")){let[g,d,b]=a(p),k=getComputedStyle(p),S=p.querySelector("i");i.font=`${k.fontWeight} ${k.fontSize} ${k.fontFamily}`,i.globalAlpha=p.getAttribute("aria-pressed")===
"false"?.4:1,S&&(i.fillStyle=S.style.getPropertyValue("--swatch"),i.fillRect(a(S)[0],d+b.height/2-2,12,4)),i.fillStyle=k.color,i.fillText(p.textContent.trim(),S?a(S)[0]+16:g,d+b.height/2)}i.globalAlpha=
1;for(let p of t.grid.querySelectorAll(".optstat-plot canvas")){let[g,d,b]=a(p);i.drawImage(p,g,d,b.width,b.height)}let u=e.some(({badges:p})=>p.includes("synthetic"));return i.font="12px sans-serif",
i.fillStyle=s.muted,i.fillText(`${u?"SYNTHETIC DATA · ":""}pd_optstat`,8,o.height+20),l}function fl(t,e){let s=document.createElement("a");s.href=URL.createObjectURL(e),s.download=t,s.click(),setTimeout(
()=>URL.revokeObjectURL(s.href),6e4)}async function aa(t){try{return await navigator.clipboard.writeText(t),!0}catch{let e=document.createElement("textarea");e.value=t,e.style.cssText="position: fixed\
; opacity: 0",document.body.append(e),e.select();let s=document.execCommand("copy");return e.remove(),s}}var Gs=["markets","data_types","series","preset","start","end","window","lookback","metric","lower","upper","k","arrangement","theme","zoom","hidden"],Ff={"1M":1,"3M":3,"1Y":12,"5Y":60},ca="1973-01-01",
hl=t=>Object.fromEntries(Gs.map(e=>[e,t.get(e)]));function Rf(t,e){let[s,n,o]=bt(t).split("-").map(Number),l=s*12+(n-1)-e,[i,a]=[Math.floor(l/12),l%12],u=new Date(Date.UTC(i,a+1,0)).getUTCDate();return Date.
UTC(i,a,Math.min(o,u))/864e5}function Us(t,e){let s=t.end?Ge(t.end):null,n=s??1/0;if(t.preset===null)return[t.start?Ge(t.start):-1/0,n];if(t.preset==="Max")return[-1/0,n];let o=s??Ge(e);return t.preset===
"YTD"?[Ge(`${bt(o).slice(0,4)}-01-01`),n]:[Rf(o,Ff[t.preset]),n]}function Of([t,e],s){let n=s.first===null?-1/0:Ge(s.first),o=s.last===null?1/0:Ge(s.last);return t>=n&&e<=o}function js(t,e){let s=Us(t,
e.today);return Of(s,e)?s:Us({...t,...e.view},e.today)}function ua(t){return t.last===null?t:{...t,today:t.last,last:null}}function pl(t,e){return e.loaded.given?t.series??e.series.map(({title:s})=>s):
t.markets.flatMap(s=>t.data_types.map(n=>`${s} ${n}`))}function fa(t,e){let s=new Set(pl(t,e)),n=e.series.filter(({title:o})=>s.has(o));return n.length?n:e.series}function ha(t,e){if(e?.loaded.given?t.
series?.length===0:!t.markets.length||!t.data_types.length)return e?.loaded.given?"Choose at least one series.":"Choose at least one market and one data type.";for(let[s,n]of[["From",t.start],["To",t.
end]])if(n&&(Ge(n)===null||n<ca))return`${s} ${n} is not a day from ${ca} on.`;return t.preset===null&&t.start&&t.end&&t.start>t.end?`From ${t.start} is after To ${t.end}. Swap them?`:t.lower<t.upper?
t.metric==="detrend"&&t.window>=t.lookback?`Window ${t.window} is not shorter than Lookback ${t.lookback}, as the detrended ratio requires. Move one of the sliders, or choose another metric.`:null:`lo\
wer=${t.lower}, upper=${t.upper}: lower must be below upper.`}function If(t){for(let[e,s]of[[86400,"d"],[3600,"h"],[60,"min"]])if(t>=e)return`${Math.floor(t/e)} ${s} ago`;return"just now"}var Vf=t=>t<=0?"today":t===1?"1 day old":`${t} days old`;function pa(t,e,s){
let{status:n}=t,o=[...n.before];if(!e.days.length)o.unshift("no session in the range shown");else{let l=e.days[e.days.length-1];o.push(`newest ${bt(l)} (${Vf(Math.floor(s/864e5)-l)})`)}return n.observed&&
o.push(`observed ${If((s-Date.parse(n.observed))/1e3)}`),[...o,...n.after]}var da=`.optstat-explorer {
  --bg: #fff; --text: #1a1a1a; --muted: #5f5f5f; --edge: #d0d0d0; --fill: #f4f5f6; --accent: #0072b2; --on-accent: #fff;
  --fear: #b34700; --greed: #00704f; --warn: rgba(213, 94, 0, .12);
  box-sizing: border-box; width: 100%; padding: 8px; background: var(--bg); color: var(--text);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", sans-serif; container-type: inline-size; overflow: hidden;
}
.optstat-explorer[data-theme="dark"] {
  --bg: #15181c; --text: #e6e6e6; --muted: #a3a3a3; --edge: #3a4048; --fill: #20252b; --accent: #56b4e9; --on-accent: #10151a;
  --fear: #ff9a5c; --greed: #3ddbab; color-scheme: dark;
}
.optstat-explorer[data-theme="light"] { color-scheme: light; }
.optstat-explorer *, .optstat-explorer *::before { box-sizing: border-box; }
.optstat-explorer [hidden] { display: none !important; }
.optstat-explorer .optstat-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.optstat-explorer :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.optstat-toolbar, .optstat-row, .optstat-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.optstat-toolbar select { max-width: 130px; }
.optstat-explorer .optstat-group { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.optstat-toolbar .optstat-group { gap: 0; }
.optstat-explorer button, .optstat-explorer input, .optstat-explorer select, .optstat-explorer textarea {
  margin: 0; font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--edge); border-radius: 4px; padding: 2px 6px;
  min-height: 26px; width: auto; height: auto; box-shadow: none; line-height: 1.3;
}
.optstat-explorer button { cursor: pointer; background: var(--fill); }
.optstat-explorer button:hover { border-color: var(--accent); }
.optstat-explorer button:disabled { opacity: .5; cursor: default; }
.optstat-toolbar .optstat-group button { border-radius: 0; margin-left: -1px; }
.optstat-toolbar .optstat-group button:first-child { border-radius: 4px 0 0 4px; margin: 0; }
.optstat-toolbar .optstat-group button:last-child { border-radius: 0 4px 4px 0; }
.optstat-toolbar button[aria-pressed="true"], .optstat-explorer button[aria-expanded="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.optstat-explorer input[type="date"] { padding-right: 2px; }
.optstat-explorer input[type="number"] { width: 56px; }
.optstat-explorer input[type="checkbox"] { min-height: 0; accent-color: var(--accent); }
.optstat-explorer input[type="range"] { width: 100px; padding: 0; border: 0; background: none; accent-color: var(--accent); appearance: auto; }
.optstat-explorer .optstat-label, .optstat-explorer .optstat-check, .optstat-slider { display: inline-flex; align-items: center; gap: 5px; margin: 0; white-space: nowrap; color: var(--text); }
.optstat-label > label, .optstat-slider > span { margin: 0; color: var(--muted); font: inherit; }
.optstat-drawer { margin-top: 8px; padding: 8px 10px; border: 1px solid var(--edge); border-radius: 6px; display: grid; gap: 8px; }
.optstat-explorer .optstat-code { display: block; }
.optstat-code textarea { display: block; width: 100%; font: 12px/1.4 ui-monospace, monospace; white-space: pre; }
.optstat-error { margin: 8px 0 0; padding: 6px 10px; white-space: pre-line; overflow-wrap: anywhere; border-left: 4px solid #d55e00; background: var(--warn); }
.optstat-error button { margin-left: 10px; }
.optstat-heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px; margin: 8px 0; }
.optstat-card { min-width: 0; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--fill); }
.optstat-card-title { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.optstat-facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 11px; }
.optstat-ratio { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-fact i { font-style: normal; color: var(--muted); }
.optstat-fact b { font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-side-fear b { color: var(--fear); }
.optstat-side-greed b { color: var(--greed); }
.optstat-badge, .optstat-synthetic-label { padding: 0 6px; border-radius: 3px; font-size: 11px; font-weight: 600; background: #ffe08a; color: #1a1a1a; }
.optstat-provisional { background: #cfe6f5; }
.optstat-synthetic-label { margin-right: 8px; }
.optstat-chart { outline-offset: 2px; position: relative; }
.optstat-blocks { display: grid; gap: 12px 16px; }
.optstat-block { min-width: 0; container-type: inline-size; }
.optstat-block-head { display: flex; gap: 2px 10px; align-items: center; padding-left: 46px; }
.optstat-title { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.optstat-day { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.optstat-legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0 4px; padding-left: 46px; min-height: 20px; font-size: 11.5px; }
.optstat-panel-title { color: var(--muted); margin-right: 4px; }
.optstat-explorer .optstat-legend button, .optstat-explorer .optstat-block-head button { display: inline-flex; align-items: center; gap: 4px; min-height: 20px; padding: 0 4px; border-color: transparen\
t; background: none; font-size: 11.5px; white-space: nowrap; }
.optstat-blocks button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.optstat-legend b { font-weight: 600; font-variant-numeric: tabular-nums; min-width: 3em; text-align: left; }
.optstat-legend b:empty { min-width: 0; }
.optstat-swatch { display: inline-block; width: 12px; height: 0; border-top: 3px solid var(--swatch); }
.optstat-swatch.optstat-dashed { border-top-style: dashed; border-top-width: 2px; }
.optstat-swatch.optstat-area { height: 9px; border: 0; background: var(--swatch); }
.optstat-swatch.optstat-hatched { height: 9px; border: 0; background: repeating-linear-gradient(135deg, var(--swatch) 0 1px, transparent 1px 4px); }
.optstat-overview { display: block; width: 100%; height: 40px; margin-top: 6px; touch-action: none; cursor: crosshair; }
.optstat-explorer .u-select { background: rgba(128, 128, 128, .25); }
.optstat-explorer .u-hz .u-cursor-x, .optstat-explorer .u-hz .u-cursor-y { border-color: var(--muted); }
.optstat-foot { margin-top: 6px; color: var(--muted); font-size: 12px; }
.optstat-notes { color: var(--muted); font-size: 12px; white-space: pre-line; }
.optstat-table-host { margin-top: 8px; overflow-x: auto; }
@container (max-width: 500px) { .optstat-panel-title { display: none; } }
@container (max-width: 560px) {
  .optstat-label, .optstat-slider { flex: 1 1 140px; }
  .optstat-slider { flex-basis: 100%; }
  .optstat-slider > span { min-width: 62px; }
  .optstat-explorer .optstat-slider input[type="range"] { flex: 1; }
  .optstat-toolbar .optstat-group { flex: 1 1 100%; }
  .optstat-toolbar .optstat-group button { flex: 1; min-height: 32px; padding: 2px 0; }
  .optstat-legend, .optstat-block-head { padding-left: 4px; }
  .optstat-explorer input[type="date"] { flex: 1; min-width: 0; width: 100%; }
  .optstat-explorer .optstat-label input[type="text"] { min-width: 0; flex: 1; }
}
`;var ma=`.optstat-table { font-size: 12px; font-variant-numeric: tabular-nums; }
.optstat-table-scroll { overflow-x: auto; }
.optstat-table table { border-collapse: collapse; width: 100%; margin: 0; white-space: nowrap; }
.optstat-table :is(th, td) { padding: 2px 8px; text-align: left; font-weight: normal; border: 0; }
.optstat-table tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.optstat-table thead th { border-bottom: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) { text-align: right; }
.optstat-table button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.optstat-table thead button { padding: 2px 0; font-weight: 600; }
.optstat-table thead button::after { content: "▲"; visibility: hidden; font-size: 8px; padding-left: 3px; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button { display: inline-flex; flex-direction: row-reverse; align-items: center; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button::after { padding: 0 3px 0 0; }
.optstat-table [aria-sort="ascending"] button::after { visibility: visible; }
.optstat-table [aria-sort="descending"] button::after { visibility: visible; content: "▼"; }
.optstat-table-pager { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; padding: 6px 0; }
.optstat-table-pager button { min-width: 28px; min-height: 28px; font-size: 16px; }
.optstat-table-pager button[aria-disabled="true"] { opacity: .35; cursor: default; }
.optstat-table-status { min-width: 10em; text-align: center; }
.optstat-table-size { margin-left: auto; }
.optstat-table-size select { font: inherit; color: CanvasText; background: Canvas; }
`;var Bf=[10,25,100];function Uf(t,{kind:e,digits:s}){return e==="text"?t??"":e==="day"?bt(t):e==="count"?ln(t):we(t,s)}function Gf(t,e,s){let n=Uint32Array.from({length:e},(a,u)=>u);if(s==="none")return n;
let o=s==="ascending"?1:-1,l=a=>a==null||a===""||Number.isNaN(a),i=Array.from(n,a=>l(t[a]));return n.sort((a,u)=>i[a]||i[u]?i[a]-i[u]||a-u:t[a]===t[u]?a-u:t[a]<t[u]?-o:o)}var jf={none:"ascending",ascending:"\
descending",descending:"none"};function Yt(t,e={},...s){let n=Object.assign(document.createElement(t),e);return n.append(...s),n}function dl(t,e){t.textContent!==e&&(t.textContent=e)}function ga(t,{label:e="\
Rows shown"}={}){let s={columns:[],at:null,count:0},n={column:-1,direction:"none"},o=new Uint32Array(0),l=0,i=25,a=Yt("tr"),u=Yt("tbody"),p=Yt("table",{},Yt("thead",{},a),u);p.setAttribute("aria-label",
e);let g=Yt("span",{className:"optstat-table-status"});g.setAttribute("role","status");let d=(F,I,B)=>{let O=Yt("button",{type:"button",textContent:F,title:I});return O.setAttribute("aria-label",I),O.
addEventListener("click",()=>O.getAttribute("aria-disabled")!=="true"&&y(B())),O},b=()=>Math.floor(Math.max(s.count-1,0)/i)*i,k=[d("«","First page",()=>0),d("‹","Previous page",()=>l-i)],S=[d("›",
"Next page",()=>l+i),d("»","Last page",b)],_=Yt("select",{},...Bf.map(F=>Yt("option",{value:F,textContent:F})));_.value=i,_.addEventListener("change",()=>{i=Number(_.value),y(Math.floor(l/i)*i)});let $=Yt(
"label",{className:"optstat-table-size"},_," rows a page"),R=Yt("div",{className:"optstat-table-pager"},...k,g,...S,$);t.classList.add("optstat-table"),t.replaceChildren(Yt("div",{className:"optstat-t\
able-scroll"},p),R);function y(F){l=Math.min(Math.max(F,0),b()),Y()}function L(){let{column:F,direction:I}=n,B=I==="none"?[]:Array.from({length:s.count},(O,T)=>s.at(F,T));o=Gf(B,s.count,I),[...a.children].
forEach((O,T)=>{O.setAttribute("aria-sort",T===n.column?n.direction:"none")})}function M(){a.replaceChildren(...s.columns.map(({kind:F},I)=>{let B=Yt("button",{type:"button"});return B.addEventListener(
"click",()=>{n={column:I,direction:jf[I===n.column?n.direction:"none"]},L(),y(0)}),Yt("th",{scope:"col",className:`optstat-cell-${F}`},B)})),u.replaceChildren()}function Y(){let F=Math.min(l+i,s.count);
for(;u.rows.length>F-l;)u.lastChild.remove();for(;u.rows.length<F-l;){let B=s.columns.map(({kind:O})=>{let T=Yt(O==="day"?"th":"td",{className:`optstat-cell-${O}`});return O==="day"&&(T.scope="row"),T});
u.append(Yt("tr",{},...B))}for(let B=l;B<F;B++){let{cells:O}=u.rows[B-l];s.columns.forEach((T,J)=>dl(O[J],Uf(s.at(J,o[B]),T)))}let I=`${ln(l+1)}–${ln(F)} of ${ln(s.count)}`;dl(g,s.count?I:"No rows");
for(let B of k)B.setAttribute("aria-disabled",l===0);for(let B of S)B.setAttribute("aria-disabled",F>=s.count)}let z=({columns:F})=>F.map(({kind:I})=>I).join();return{update(F){let I=z(F)===z(s);I||(n=
{column:-1,direction:"none"}),F.count!==s.count&&(l=0),s=F,I||M(),s.columns.forEach(({title:B},O)=>dl(a.children[O].firstChild,B)),L(),y(l)},destroy(){t.replaceChildren(),t.classList.remove("optstat-t\
able")}}}var ba=new WeakMap;function Yf(t){let e=t.zoom.join(),s=ba.get(t.parts);if(s?.zoom===e)return s.pairs;let n=[];for(let o of t.parts){let[l,i]=ze(o,t);for(let a=l;a<i;a++)n.push([o,a])}return n.sort(([
o,l],[i,a])=>i.series.days[a]-o.series.days[l]),ba.set(t.parts,{zoom:e,pairs:n}),n}var qf=t=>t>0?"fear":t<0?"greed":Number.isNaN(t)?"unknown":"";function wa(t,e,s){let n=Yf(t),{title:o}=s[e.metric],l=[
{title:"Series",kind:"text",get:({series:i})=>i.title,only:t.parts.length>1},{title:"Day",kind:"day",get:({series:i},a)=>i.days[a]},{title:"Calls",kind:"count",get:({series:i},a)=>i.call[a]},{title:"P\
uts",kind:"count",get:({series:i},a)=>i.put[a]},{title:"Put/call",kind:"number",digits:4,get:({result:i},a)=>i.ratio[a]},{title:`Mean ${e.window}`,kind:"number",digits:4,get:({result:i},a)=>i.mean[a]},
{title:`Percentile ${e.lookback}`,kind:"number",digits:3,get:({result:i},a)=>i.percentile[a]},{title:o[0].toUpperCase()+o.slice(1),kind:"number",digits:4,get:({result:i},a)=>i.metric[a],only:e.metric!==
"percentile"},{title:"Extreme",kind:"text",get:({result:i},a)=>qf(i.extreme[a])}].filter(({only:i=!0})=>i);return{columns:l,at:(i,a)=>l[i].get(...n[a]),count:n.length}}var xa={light:{background:"#FFFFFF",text:"#1A1A1A",muted:"#6B6B6B",grid:"#1A1A1A14",ratio:"#8A8A8A",mean:"#009E73",slow:"#000000",band:"#009E7322",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0\
072B2",shade:"38",metric:"#7A5195",price:"#1A1A1A",lines:["#0072B2","#D55E00","#009E73","#CC79A7","#8A6D00","#56B4E9","#1A1A1A","#7A5195"]},dark:{background:"#15181C",text:"#E6E6E6",muted:"#9A9A9A",grid:"\
#FFFFFF14",ratio:"#8F8F8F",mean:"#F0E442",slow:"#FFFFFF",band:"#56B4E930",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0072B2",shade:"60",metric:"#56B4E9",price:"#E6E6E6",lines:["#56B4E9","#E97\
31A","#2BC79B","#E59AC4","#F0E442","#9CC9F5","#FFFFFF","#B79CE0"]}},Kf=t=>{let e=(t.match(/[\d.]+/g)||[]).map(Number);return e.length<3||e[3]===0?null:.2126*e[0]+.7152*e[1]+.0722*e[2]};function ya(t,e){
let s=()=>globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1;if(e)return s();let n=document.body.dataset.jpThemeLight;if(n!==void 0)return n==="false";let o=document.body.dataset.vscodeThemeKind;
if(o!==void 0)return/dark|high-contrast$/.test(o);for(let l=t.parentElement;l;l=l.parentElement){let i=Kf(getComputedStyle(l).backgroundColor);if(i!==null)return i<128}return s()}function ka(t){let e=new MutationObserver(
t);e.observe(document.body,{attributes:!0});let s=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return s?.addEventListener("change",t),()=>{e.disconnect(),s?.removeEventListener("change",t)}}var Jf=150;function Sa(t,e,{standalone:s=!1}={}){let n=new ml(t,e,s);return()=>n.destroy()}var ml=class{constructor(e,s,n){Object.assign(this,{model:s,standalone:n,frame:null,saving:null,note:"",refused:"",
dismissed:null,table:null,drawn:0}),this.kernel=n?null:new Ws(s,()=>this.schedule()),this.build(e),this.changed=()=>this.schedule();for(let o of[...Gs,"content","busy","error"])s.on(`change:${o}`,this.
changed);this.unwatch=ka(this.changed),this.schedule(),this.kernel?.ping()}destroy(){for(let e of[...Gs,"content","busy","error"])this.model.off(`change:${e}`,this.changed);this.saving!==null&&this.saveNow(),
cancelAnimationFrame(this.frame),clearInterval(this.clock),this.unwatch(),this.kernel?.destroy(),this.chart.destroy(),this.overview.destroy(),this.table?.destroy(),this.root.remove()}build(e){this.root=
A("div",{class:"optstat-explorer"}),this.root.append(A("style",{},jl+da+ma)),e.append(this.root);let s=this.model.get("vocabulary");this.controls=new Hs(this.root,s,{choose:l=>this.choose(l),send:(l,i)=>this.
send(l,i),copy:()=>this.copy(),save:(l,i)=>this.save(l,i),table:l=>this.showTable(l)}),this.error=A("div",{class:"optstat-error",role:"alert",hidden:!0}),this.errorText=A("span"),this.retry=A("button",
{type:"button",onclick:()=>this.send("retry")},"Try again"),this.error.append(this.errorText,this.retry),this.heads=A("div",{class:"optstat-heads"});let n=A("div");this.statusText=A("span"),this.progress=
A("progress",{"aria-label":"Loading",hidden:!0}),this.cancel=A("button",{type:"button",hidden:!0,onclick:()=>this.send("cancel")},"Cancel"),this.badge=A("b",{class:"optstat-synthetic-label",hidden:!0},
"SYNTHETIC");let o=A("div",{class:"optstat-status",role:"status","aria-live":"polite"},this.badge,this.statusText);this.notes=A("div",{class:"optstat-notes"}),this.announcer=A("div",{class:"optstat-un\
seen","aria-live":"polite"}),this.tableHost=A("div",{class:"optstat-table-host",hidden:!0}),this.root.append(this.error,this.heads,n,A("div",{class:"optstat-foot"},o,this.progress,this.cancel),this.notes,
this.announcer,this.tableHost),this.chart=new Vs(n,{zoomed:l=>this.choose({zoom:l}),toggled:l=>this.toggle(l),announce:l=>Ne(this.announcer,l)}),this.overview=new Bs(n,(l,i)=>this.chart.zoomTo(l,i)),this.
chart.root.addEventListener("keydown",l=>{l.target===this.chart.root&&/^[1-6]$/.test(l.key)&&this.controls.pressPreset(Number(l.key)-1)}),this.clock=setInterval(this.schedule.bind(this),6e4)}choose(e){
let s={...hl(this.model),...e},n=ha(s,this.model.get("content"));if(this.refused=n??"",this.note="",n===null){this.dismissed=this.model.get("error");for(let[o,l]of Object.entries(e))this.model.set(o,l);
clearTimeout(this.saving),this.saving=setTimeout(()=>this.saveNow(),"window"in e||"lookback"in e||"zoom"in e?Jf:0)}this.schedule()}saveNow(){clearTimeout(this.saving),this.saving=null,this.model.save_changes(),
this.kernel?.ping()}toggle(e){let s=this.model.get("hidden");this.choose({hidden:s.includes(e)?s.filter(n=>n!==e):[...s,e]})}async send(e,s){if(!this.kernel)return;this.saving!==null&&this.saveNow(),this.
refused="";let n=await this.kernel.ask(e,s);n.note&&(this.note=n.note),n.refused&&(this.refused=n.refused),this.schedule()}async copy(){if(!this.content)return this.say("Nothing is loaded yet.");let e=this.
codeText();this.controls.showCode(e);let s=await aa(e);this.say(s?"Copied.":"The browser did not allow copying. Select the code in the box Code.")}codeText(){let e=this.scene.parts.map(({series:s})=>s);
return Xr(this.view,this.content,e,this.shownDays(),this.themeName,this.vocabulary.metrics)}save(e,s){let{scene:n,content:o}=this;if(!o)return this.say("Nothing is loaded yet.");if(e==="Parquet"||e===
"HTML")return this.send("save",{format:e,name:s});let l=`${s||ia(n)}.${e.toLowerCase()}`;e==="CSV"?fl(l,new Blob([la(n,this.view,this.vocabulary.metrics)],{type:"text/csv"})):ra(this.chart,this.headlines,
this.palette).toBlob(i=>fl(l,i),"image/png"),this.say(`Saved ${l} in the browser's folder of downloads.`)}say(e){this.note=e,this.schedule()}showTable(e){this.tableHost.hidden=!e,e||this.table?.destroy(),
this.table=e?ga(this.tableHost):null,this.schedule()}schedule(){this.frame===null&&(this.frame=requestAnimationFrame(()=>{this.frame=null,this.draw()}))}draw(){let e=performance.now();this.view=hl(this.
model),this.vocabulary=this.model.get("vocabulary"),this.content=this.model.get("content")??null,this.content?.series||(this.content=null),this.applyTheme();let{view:s,content:n}=this;if(n===null){this.
controls.show(s,null,[]),this.controls.showSource(this.model.get("content")?.source??""),this.showState([]);return}let o=new Set(fa(s,n));this.loaded=this.kernel?.isSilent?ua(n.loaded):n.loaded;let l=js(
s,this.loaded),i=ui(n).filter((u,p)=>o.has(n.series[p]));this.scene=pi(this.axisOf(i,l),va(s)),this.headlines=this.scene.parts.map(u=>ea(u,this.scene,va(s)));let a=this.scene.parts.map(u=>{let[p,g]=ze(
u,this.scene);return{count:g-p}});this.chart.show(this.scene,s,this.vocabulary,this.palette,sa(a,this.headlines)),this.showOverview(),na(this.heads,this.headlines),this.controls.show(s,n,this.controlDays(
l)),this.controls.showsCode()&&this.controls.showCode(this.codeText()),this.showState(pa(n,this.scene,Date.now())),this.table?.update(wa(this.scene,s,this.vocabulary.metrics)),this.report(e)}axisOf(e,s){
return this.axis&&this.axis.range.every((o,l)=>o===s[l])&&this.axis.series.length===e.length&&e.every((o,l)=>o===this.axis.series[l])||(this.axis={series:e,range:s,...hi(e,s)}),this.axis}applyTheme(){
let{theme:e}=this.view,s=e==="auto"?ya(this.root,this.standalone):e==="dark";this.themeName=s?"dark":"light",this.palette=xa[this.themeName],this.root.dataset.theme=this.themeName,!this.standalone&&this.
model.get("dark")!==s&&(this.model.set("dark",s),this.model.save_changes())}showOverview(){let{scene:e,palette:s}=this,n=e.parts.map((o,l)=>({values:cn(o,o.result.mean,e.days.length),colour:e.parts.length>
1?s.lines[l%s.lines.length]:s.metric}));this.overview.show(e.days.length,n,e.zoom,s)}controlDays([e,s]){let{days:n}=this.scene;return[Number.isFinite(e)?e:n[0],Number.isFinite(s)?s:n[n.length-1]]}shownDays(){
return this.view.zoom?this.view.zoom:js(this.view,this.loaded).map(e=>Number.isFinite(e)?bt(e):null)}showState(e){let{loading:s,done:n,total:o}=this.model.get("busy")??{},l=!!s&&!this.kernel?.isSilent,
i=this.model.get("error");i!==this.dismissed&&(this.dismissed=null);let a=this.refused||(this.dismissed===null?i:"");this.error.hidden=!a,Ne(this.errorText,a?a+(this.content?`
The chart shows the last valid view.`:""):""),this.retry.hidden=!a||!!this.refused||!this.model.get("retryable");let u=[...l?[`Loading${o>1?` ${n} of ${o}`:""} …`]:[],...e];this.kernel?.isSilent&&u.
push("the kernel is busy or gone: what is loaded can still be explored");let p=this.missing();p&&!l&&u.push(p),this.note&&u.push(this.note),this.badge.hidden=!this.content?.series.some(({synthetic:g})=>g),
Ne(this.statusText,u.join(" · ")),Ne(this.notes,(this.content?.notes??[]).join(`
`)),this.progress.hidden=this.cancel.hidden=!l,this.progress.max=Math.max(o??1,1),this.progress.value=n??0,this.root.setAttribute("aria-busy",String(l))}missing(){let{view:e,content:s}=this;if(!s)return"";
let n=new Set(s.series.map(({title:a})=>a)),o=pl(e,s).filter(a=>!n.has(a));if(o.length)return`not loaded: ${o.join(", ")}`;let l=Us(e,this.loaded.today),i=js(e,this.loaded);return l.every((a,u)=>a===i[u])?
"":"not loaded: the range chosen"}report(e){queueMicrotask(()=>{let s=performance.now()-e;this.root.dataset.drawn=String(++this.drawn),this.root.dispatchEvent(new CustomEvent("optstat-drawn",{bubbles:!0,
detail:{ms:s}}))})}};function va(t){return t.metric==="detrend"&&t.window>=t.lookback?{...t,metric:"zscore"}:t}var Zf=({model:t,el:e})=>Sa(e,t),bp={render:Zf};export{bp as default};
